package io.repvit.export;

import io.repvit.inference.ModelCard;
import io.repvit.model.Cost;
import java.nio.file.Path;

/**
 * What was written.
 *
 * @param file the model
 * @param sha256 of the file, lower-case hex
 * @param bytes length of the file
 * @param card as in the file
 * @param cost of the fused network at the card's input size
 * @param agreement of the fused with the unfused network
 * @param geluEffect largest difference of a logit from that of the same network with exact GELU,
 *     over the largest |logit|; 0 if GELU is exact
 */
public record ExportResult(
    Path file,
    String sha256,
    long bytes,
    ModelCard card,
    Cost cost,
    Agreement agreement,
    double geluEffect) {}
