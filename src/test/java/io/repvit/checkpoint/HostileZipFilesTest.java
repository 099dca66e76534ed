package io.repvit.checkpoint;

import static io.repvit.checkpoint.HostileTorch.GOOD;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.repvit.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Zip files that nobody's torch.save writes. The timeout only ends what hangs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileZipFilesTest {
  @TempDir private Path folder;

  /** Otherwise the tables below could fail for another reason than they name. */
  @Test
  void theFileThatTheTablesSpoilIsGood() throws IOException {
    Checkpoint c =
        CheckpointReader.read(
            Files.write(folder.resolve("c.pth"), ZipBytes.checkpoint(GOOD).bytes()));
    assertArrayEquals(new float[] {1, 2, 3, 4}, c.take("w", Shape.of(2, 2)).values());
  }

  static Stream<Arguments> zips() throws IOException {
    byte[] good = ZipBytes.checkpoint(GOOD).bytes();
    int second = ZipDirectory.LOCAL_BYTES + "a/data.pkl".length() + GOOD.length;
    return Stream.of(
        bad("truncated", Arrays.copyOf(good, good.length - 1), "does not end with a zip directory"),
        bad("trailing", Arrays.copyOf(good, good.length + 1), "or has trailing bytes"),
        bad("four bytes", Arrays.copyOf(good, 4), "is a zip file of 4 bytes; is it truncated?"),
        bad("comment", zip().lieAtEnd(ZipBytes.COMMENT, 7, 2), "or has trailing bytes"),
        bad(
            "bomb",
            deflated(new byte[100 << 20]),
            "'a/data/0' is compressed, expected stored entries"),
        bad("no sizes", zip().lie(1, ZipBytes.STORED_SIZE, 15, 4), "'a/data/0' is compressed"),
        bad("encrypted", zip().lie(1, ZipBytes.FLAGS, 1, 2), "'a/data/0' is encrypted"),
        bad("one place", zip().lie(1, ZipBytes.HEADER, 0, 4), "overlaps the next entry at byte 0"),
        bad(
            "larger than the file",
            zip()
                .lie(1, ZipBytes.SIZE, 0xfffffff0L, 4)
                .lie(1, ZipBytes.STORED_SIZE, 0xfffffff0L, 4),
            "'a/data/0' of 4294967280 bytes"),
        bad(
            "into the next",
            zip()
                .lie(0, ZipBytes.SIZE, GOOD.length + 1, 4)
                .lie(0, ZipBytes.STORED_SIZE, GOOD.length + 1, 4),
            "'a/data.pkl' ends at byte"),
        bad("no header", zip().lie(1, ZipBytes.HEADER, 3, 4), "overlaps the next entry"),
        bad("local header", spoilt(good, 0, 0x04034b51), "begins with the bytes 514b0304"),
        bad("second header", spoilt(good, second, 7), "'a/data/0' has no local header at byte"),
        bad("long header", spoilt(good, second + 26, 0xffff0008), "'a/data/0' ends at byte"),
        bad("two", zip().add("a/data/0", new byte[9]), "has two zip entries 'a/data/0'"),
        bad("split", zip().lieAtEnd(ZipBytes.DISK, 1, 2), "is one volume of a split zip file"),
        bad(
            "zip64",
            zip().lieAtEnd(ZipBytes.COUNT, 65535, 2).lieAtEnd(ZipBytes.COUNT_HERE, 65535, 2),
            "has a zip directory of 65535 entries"),
        bad(
            "too few",
            zip().lieAtEnd(ZipBytes.COUNT, 3, 2).lieAtEnd(ZipBytes.COUNT_HERE, 3, 2),
            "has a zip directory of 2 entries, its end record declares 3"),
        bad(
            "directory of 4 GB",
            zip().lieAtEnd(ZipBytes.LENGTH, 0xffffffffL, 4),
            "has a zip directory of 2 entries and 4294967295 bytes"),
        bad(
            "nowhere",
            zip().lieAtEnd(ZipBytes.OFFSET, 0xfffffffeL, 4),
            "directory at bytes 4294967294"),
        bad("elsewhere", zip().lieAtEnd(ZipBytes.OFFSET, 0, 4), "has a damaged zip directory"),
        bad("cut directory", zip().lieAtEnd(ZipBytes.LENGTH, 60, 4), "no entry at byte 56"),
        bad("no pickle", new ZipBytes().add("a/b", GOOD).bytes(), "0 entries <name>/data.pkl"),
        bad("two pickles", zip().add("b/data.pkl", GOOD), "2 entries <name>/data.pkl"),
        bad("program", zip().add("a/constants.pkl", GOOD), "is a TorchScript program"),
        bad(
            "byte order",
            zip().add("a/byteorder", new byte[] {'m', 'i', 'd', 27}),
            "has byte order 'mid?', expected 'little' or 'big'"),
        bad(
            "long byte order",
            zip().add("a/byteorder", new byte[17]),
            "'a/byteorder' has 17 bytes, at most 16 are supported"),
        bad(
            "pickle of 16 MiB and one",
            ZipBytes.checkpoint(new byte[(16 << 20) + 1]).bytes(),
            "'a/data.pkl' has 16777217 bytes, at most 16777216 are supported"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("zips")
  void aFileIsRefused(String defect, byte[] file, String message) throws IOException {
    HostileTorch.assertRefused(folder, file, message);
  }

  private static ZipBytes zip() {
    return ZipBytes.checkpoint(GOOD);
  }

  private static Arguments bad(String defect, ZipBytes zip, String message) {
    return Arguments.of(defect, zip.bytes(), message);
  }

  private static Arguments bad(String defect, byte[] file, String message) {
    return Arguments.of(defect, file, message);
  }

  private static byte[] spoilt(byte[] file, int at, int value) {
    byte[] copy = file.clone();
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return copy;
  }

  private static byte[] deflated(byte[] data) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a/data/0"));
      zip.write(data);
    }
    return out.toByteArray();
  }
}
