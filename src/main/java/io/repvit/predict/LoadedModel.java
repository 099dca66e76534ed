package io.repvit.predict;

import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.onnx.Unfused;

/**
 * A model that was read and has classified one batch.
 *
 * @param file with its card inside
 * @param card of the file; it says fused when the graph is
 * @param scorer identifies the model and its preprocessing in the rows
 * @param unfused the training branches that the graph still has
 */
public record LoadedModel(ModelFile file, ModelCard card, Scorer scorer, Unfused unfused) {}
