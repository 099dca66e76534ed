package io.repvit.inference;

import ai.onnxruntime.OrtEnvironment;

/** Starts ONNX Runtime; the only place that does. */
public final class OnnxRuntime {
  /**
   * 256 MiB, reserved and not taken. ONNX Runtime 1.29 matches the process's command line against
   * regular expressions when its environment is created, recursing with every character: one of
   * 4000 bytes overflows the usual stack and kills the JVM without a message, one of 120 kB needs
   * more than 16 MiB. The variable {@code ORT_DISABLE_TELEMETRY=1} avoids it too, but has to be set
   * before the JVM starts.
   */
  private static final long STACK_BYTES = 256L << 20;

  private OnnxRuntime() {}

  /** Of the native library, as in {@code 1.29.0}. */
  public static String version() {
    return environment().getVersion();
  }

  /** The one environment of this process; the first call makes it for all. */
  static OrtEnvironment environment() {
    var thread = new Thread(null, OrtEnvironment::getEnvironment, "onnxruntime-start", STACK_BYTES);
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
