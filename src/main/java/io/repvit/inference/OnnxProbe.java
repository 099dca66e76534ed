package io.repvit.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs an ONNX model once, in memory and on one thread, to see what it computes. */
public final class OnnxProbe {
  /**
   * 256 MiB, reserved and not taken. ONNX Runtime 1.29 matches the process's command line against
   * regular expressions when its environment is created, recursing with every character: one of
   * 4000 bytes overflows the usual stack and kills the JVM without a message, one of 120 kB needs
   * more than 16 MiB. The variable {@code ORT_DISABLE_TELEMETRY=1} avoids it too, but has to be set
   * before the JVM starts.
   */
  private static final long ENVIRONMENT_STACK_BYTES = 256L << 20;

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
    OrtEnvironment environment = environment();
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(
          switch (optimisation) {
            case NONE -> OrtSession.SessionOptions.OptLevel.NO_OPT;
            case ALL -> OrtSession.SessionOptions.OptLevel.ALL_OPT;
          });
      try (var session = environment.createSession(onnx, options);
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
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  /** There is one per process, so that the first call makes it for all. */
  private static OrtEnvironment environment() {
    var thread =
        new Thread(
            null, OrtEnvironment::getEnvironment, "onnxruntime-start", ENVIRONMENT_STACK_BYTES);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ONNX Runtime started", e);
    }
    return OrtEnvironment.getEnvironment();
  }
}
