package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.Mutations;
import io.repvit.testing.hostile.HostileHeader;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged and lying files of the formats that are decoded in Java. */
class FormatsFuzzTest {
  private static final int FILES = 4000;
  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1_000_000, 30);
  private static final List<byte[]> ORIGINALS =
      Goldens.rows("formats.tsv").stream()
          .filter(row -> !row[1].equals("JPEG"))
          .map(row -> Goldens.bytes("formats/" + row[0]))
          .toList();

  @Test
  void damageEndsInPixelsOrInARefusal() {
    try (var decoder = new ImageDecoder(LIMITS, DecodeOptions.DEFAULT, 1)) {
      int refused =
          Mutations.survive(
              ORIGINALS,
              0,
              FILES,
              ImageException.class,
              file -> decoder.decode(file, 0, file.length));
      assertTrue(refused > FILES / 10 && refused < FILES, refused + " refused");
    }
  }

  @Test
  void lyingHeadersEndInPixelsOrInARefusal() {
    try (var decoder = new ImageDecoder(LIMITS, DecodeOptions.DEFAULT, 1)) {
      int refused =
          Mutations.survive(
              ORIGINALS,
              0,
              FILES,
              ImageException.class,
              file -> {
                byte[] lying = HostileHeader.of(file, new Random(Arrays.hashCode(file)));
                decoder.decode(lying, 0, lying.length);
              });
      assertTrue(refused > FILES / 2 && refused < FILES, refused + " refused");
    }
  }

  /** Plain PNM may end without white space, and a comment may be cut: half is enough. */
  @Test
  void halfOfAFileIsNeverAPicture() {
    try (var decoder = new ImageDecoder(LIMITS, DecodeOptions.DEFAULT, 1)) {
      for (byte[] file : ORIGINALS) {
        assertThrows(ImageException.class, () -> decoder.decode(file, 0, file.length / 2));
      }
    }
  }
}
