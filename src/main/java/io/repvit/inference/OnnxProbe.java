package io.repvit.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs an ONNX model once, on one thread, and returns its outputs. */
public final class OnnxProbe {
  private OnnxProbe() {}

  /** The graph optimisations of ONNX Runtime. */
  public enum Optimisation {
    /** No optimisation; the graph runs as it is in the file. */
    NONE,
    /** All optimisations, as {@code classify} uses them. */
    ALL
  }

  /**
   * Runs a model and closes the session and all tensors.
   *
   * @param onnx content of the ONNX file
   * @param input name of the only input
   * @param values values of the input, float32, row-major
   * @param shape shape of the input, batch dimension first
   * @return the outputs by name, float32, row-major, in the order of the model
   * @throws IllegalStateException if ONNX Runtime rejects the model or the input
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
      throw new IllegalStateException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
    }
  }
}
