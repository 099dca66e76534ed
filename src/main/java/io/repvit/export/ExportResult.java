package io.repvit.export;

import io.repvit.inference.ModelCard;
import io.repvit.model.Cost;
import java.nio.file.Path;

/**
 * The result of an export.
 *
 * @param file path of the ONNX file
 * @param sha256 SHA-256 of the file, lower-case hex
 * @param bytes length of the file in bytes
 * @param card model card in the file
 * @param cost parameters and MACs of the fused network at the input size of the card
 * @param agreement relative difference of the fused and the unfused network
 * @param geluEffect relative difference of the logits from those of the same network with exact
 *     GELU, {@code max |a - b| / max |b|}; 0 if the GELU is exact
 */
public record ExportResult(
    Path file,
    String sha256,
    long bytes,
    ModelCard card,
    Cost cost,
    Agreement agreement,
    double geluEffect) {}
