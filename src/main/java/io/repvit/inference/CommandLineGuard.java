package io.repvit.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Refuses to start ONNX Runtime where it would crash the JVM: version 1.29 for Linux matches the
 * process's command line against regular expressions when its environment is created, and a line
 * longer than about 4000 bytes overflows the native stack, without a message. Its telemetry
 * switched off in the environment avoids that.
 */
final class CommandLineGuard {
  static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

  /** Half of what was seen to crash. */
  static final int SAFE_BYTES = 2000;

  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private CommandLineGuard() {}

  static void check() throws ModelException {
    try {
      int bytes = Files.exists(COMMAND_LINE) ? Files.readAllBytes(COMMAND_LINE).length : 0;
      check(bytes, System.getenv(VARIABLE));
    } catch (IOException e) {
      throw new ModelException("cannot read " + COMMAND_LINE + ": " + e.getMessage(), e);
    }
  }

  static void check(int commandLineBytes, @Nullable String variable) throws ModelException {
    if (commandLineBytes > SAFE_BYTES && !"1".equals(variable)) {
      throw new ModelException(
          "this JVM's command line has %d bytes, with which ONNX Runtime crashes unless %s=1 is in its environment; on executors set spark.executorEnv.%s=1, as conf/spark.conf does"
              .formatted(commandLineBytes, VARIABLE, VARIABLE));
    }
  }
}
