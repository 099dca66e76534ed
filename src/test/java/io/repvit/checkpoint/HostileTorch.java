package io.repvit.checkpoint;

import io.repvit.testing.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the tests of files that nobody's torch.save writes have in common. */
final class HostileTorch {
  /** A state dict of one tensor of four values. */
  static final byte[] GOOD = PickleBytes.stateDict(w("FloatStorage", 4, 0, sides(2, 2), 2, 1));

  private HostileTorch() {}

  /** Reads {@code file} from a folder, and wants to be refused. */
  static void assertRefused(Path folder, byte[] file, String message) throws IOException {
    Path path = Files.write(folder.resolve("c.pth"), file);
    Refusal.require(
        CheckpointException.class,
        "c.pth",
        message,
        file.length,
        () -> CheckpointReader.read(path));
  }

  /** The tensor of a state dict, its data in {@code a/data/0}. */
  static PickleBytes w(String type, long length, long offset, long[] sides, long... strides) {
    return new PickleBytes().tensor(type, "0", length, offset, sides, strides);
  }

  static long[] sides(long... sides) {
    return sides;
  }
}
