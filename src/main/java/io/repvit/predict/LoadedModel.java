package io.repvit.predict;

import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.onnx.Unfused;

/**
 * A model that was read and has classified one batch.
 *
 * @param file model with its card
 * @param card card of the file; its field fused is that of the graph
 * @param identity identity of model and preprocessing in the rows
 * @param unfused layers that are not fused
 */
public record LoadedModel(
    ModelFile file, ModelCard card, ModelIdentity identity, Unfused unfused) {}
