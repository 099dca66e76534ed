package io.repvit.predict;

import io.repvit.inference.ModelFile;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The model files of a run, which Spark broadcasts to the executors.
 *
 * @param second second model of a cascade; null without one
 */
public record ModelFiles(ModelFile first, @Nullable ModelFile second) implements Serializable {}
