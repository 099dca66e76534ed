package io.repvit.export;

import io.repvit.inference.ModelCard;
import java.nio.file.Path;

/**
 * The result of a quantisation.
 *
 * @param file path of the ONNX file
 * @param sha256 SHA-256 of the file, lower-case hex
 * @param bytes length of the file in bytes
 * @param card model card in the file
 * @param convolutions number of quantised convolutions
 */
public record QuantiseResult(
    Path file, String sha256, long bytes, ModelCard card, int convolutions) {}
