package io.repvit.export;

import io.repvit.inference.ModelCard;
import java.nio.file.Path;

/**
 * What was written.
 *
 * @param file the model
 * @param sha256 of the file, lower-case hex
 * @param bytes length of the file
 * @param card as in the file
 * @param convolutions how many compute on integers
 */
public record QuantiseResult(
    Path file, String sha256, long bytes, ModelCard card, int convolutions) {}
