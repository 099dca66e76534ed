package io.repvit.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs an ONNX model once, in memory and on one thread, to see what it computes. */
public final class OnnxProbe {
  private OnnxProbe() {}

  /** What ONNX Runtime may change before it runs. */
  public enum Optimisation {
    /** The graph as written. */
    NONE,
    /** As in production. */
    ALL
  }

  /**
   * Runs a model and closes all that it took.
   *
   * @param onnx the model file
   * @param input name of its one input
   * @param values float32, row-major
   * @param shape of the values, batch first
   * @return the outputs by name, float32, row-major, in the model's order
   * @throws IllegalStateException if ONNX Runtime refuses the model or the input
   */
  public static Map<String, float[]> run(
      byte[] onnx, Optimisation optimisation, String input, float[] values, long... shape) {
    OrtEnvironment environment = OnnxRuntime.environment();
    OptLevel level =
        switch (optimisation) {
          case NONE -> OptLevel.NO_OPT;
          case ALL -> OptLevel.ALL_OPT;
        };
    try (var session = Sessions.open(onnx, 1, level);
        var tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
        var result = session.run(Map.of(input, tensor))) {
      var outputs = new LinkedHashMap<String, float[]>();
      for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
        FloatBuffer buffer = ((OnnxTensor) output.getValue()).getFloatBuffer();
        float[] copy = new float[buffer.remaining()];
        buffer.get(copy);
        outputs.put(output.getKey(), copy);
      }
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }
}
