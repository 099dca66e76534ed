package io.repvit.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** ONNX Runtime's sessions, as this project sets them. */
final class Sessions {
  private Sessions() {}

  /**
   * Loads a model.
   *
   * @param threads threads that compute one run, at least 1
   */
  static OrtSession open(byte[] onnx, int threads, OptLevel level) throws OrtException {
    try (SessionOptions options = options(threads, level)) {
      return OnnxRuntime.environment().createSession(onnx, options);
    }
  }

  /** A model as ONNX Runtime runs it on this processor, and on no other. */
  static byte[] optimise(byte[] onnx) throws OrtException, IOException {
    // Nobody else can enter or write to this folder.
    Path folder = Files.createTempDirectory("repvit-optimised");
    Path file = folder.resolve("model.onnx");
    try (SessionOptions options = options(1, OptLevel.ALL_OPT)) {
      options.setOptimizedModelFilePath(file.toString());
      OnnxRuntime.environment().createSession(onnx, options).close();
      return Files.readAllBytes(file);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static SessionOptions options(int threads, OptLevel level) throws OrtException {
    var options = new SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    options.setExecutionMode(ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(level);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    // Its warnings are about saving for another processor and about constants without a reader.
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return options;
  }
}
