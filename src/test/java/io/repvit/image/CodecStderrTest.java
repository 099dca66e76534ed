package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What codecs write to standard error, where it would stand without the name of a file. */
@Tag("slow")
class CodecStderrTest {
  private static final int HANG_GUARD_SECONDS = 120;

  @TempDir Path folder;

  @Test
  void codecsWriteNothingToStandardError() throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                DecodeHostile.class.getName())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertTrue(child.waitFor(HANG_GUARD_SECONDS, TimeUnit.SECONDS), "the child does not end");
      assertEquals("", Files.readString(err));
      assertEquals(0, child.exitValue());
      assertTrue(Files.readString(out).matches("[0-9]{3,} of [0-9]{4}\n"), Files.readString(out));
    } finally {
      child.destroyForcibly();
    }
  }
}
