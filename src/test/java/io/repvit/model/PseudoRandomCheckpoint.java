package io.repvit.model;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.TensorSource;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** Pseudo-random weights as if they had been read from a file: whole, and with all their names. */
public final class PseudoRandomCheckpoint {
  private PseudoRandomCheckpoint() {}

  /** All that a network of this variant takes from {@code weights}. */
  public static Map<String, Tensor> tensors(
      PseudoRandomWeights weights, RepVitVariant variant, KeyLayout keys, int classes) {
    var recorder = new Recorder(weights, new HashMap<>());
    RepVit.load(recorder, variant, keys, classes);
    return recorder.taken;
  }

  public static Checkpoint of(
      PseudoRandomWeights weights, RepVitVariant variant, KeyLayout keys, int classes) {
    return new Checkpoint(
        weights.name(), weights.sha256(), tensors(weights, variant, keys, classes));
  }

  private record Recorder(PseudoRandomWeights weights, Map<String, Tensor> taken)
      implements TensorSource {
    @Override
    public String name() {
      return weights.name();
    }

    @Override
    public String sha256() {
      return weights.sha256();
    }

    @Override
    public boolean has(String tensor) {
      return weights.has(tensor);
    }

    @Override
    public Tensor take(String tensor, Shape needed) {
      Tensor t = weights.take(tensor, needed);
      taken.put(tensor, t);
      return t;
    }

    @Override
    public void ignore(String tensor) {
      taken.put(tensor, new Tensor(Shape.of(), new float[1]));
    }

    @Override
    public void requireAllTaken() {}
  }
}
