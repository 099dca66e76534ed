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

/** Creates ONNX Runtime sessions with the options of this project. */
final class Sessions {
  private Sessions() {}

  /**
   * Loads a model.
   *
   * @param threads number of threads that compute one run, at least 1
   */
  static OrtSession open(byte[] onnx, int threads, OptLevel level) throws OrtException {
    try (SessionOptions options = options(threads, level)) {
      return OnnxRuntime.environment().createSession(onnx, options);
    }
  }

  /**
   * Loads a graph for one thread and inputs of many shapes. Memory patterns would be kept for each
   * shape.
   */
  static OrtSession openForAnyShape(byte[] onnx) throws OrtException {
    try (SessionOptions options = options(1, OptLevel.ALL_OPT)) {
      options.setMemoryPatternOptimization(false);
      return OnnxRuntime.environment().createSession(onnx, options);
    }
  }

  /**
   * Returns the model as ONNX Runtime optimises it for this processor. Other processors may not run
   * it.
   */
  static byte[] optimise(byte[] onnx) throws OrtException, IOException {
    // Only this user can access the directory.
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
    // The warnings only concern saving an optimised model and unused initialisers.
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return options;
  }
}
