package io.repvit.inference;

import ai.onnxruntime.OrtEnvironment;

/** Starts ONNX Runtime. All other classes get its environment from here. */
public final class OnnxRuntime {
  /**
   * Stack size of the thread that creates the environment: 256 MiB of address space, mostly unused.
   * When ONNX Runtime 1.29 creates its environment, it matches the command line of the process
   * against regular expressions and recurses with each character. A command line of 4000 bytes
   * overflows a default stack, which kills the JVM without a message; one of 120 kB needs more than
   * 16 MiB. The environment variable {@code ORT_DISABLE_TELEMETRY=1} avoids the problem too, but it
   * must be set before the JVM starts.
   */
  private static final long STACK_BYTES = 256L << 20;

  private OnnxRuntime() {}

  /** Returns the version of the native library, for example {@code 1.29.0}. */
  public static String version() {
    return environment().getVersion();
  }

  /** Returns the environment of this process. The first call creates it. */
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
