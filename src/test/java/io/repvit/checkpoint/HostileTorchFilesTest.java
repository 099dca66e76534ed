package io.repvit.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.repvit.tensor.Shape;
import io.repvit.testing.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Zip files and pickles that nobody's torch.save writes. The timeout only ends what hangs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileTorchFilesTest {
  private static final byte[] GOOD =
      PickleBytes.stateDict(w("FloatStorage", 4, 0, sides(2, 2), 2, 1));

  @TempDir private Path folder;

  /** Otherwise the tables below could fail for another reason than they name. */
  @Test
  void theFileThatTheTablesSpoilIsGood() throws IOException {
    Checkpoint c = read(ZipBytes.checkpoint(GOOD).bytes());
    assertArrayEquals(new float[] {1, 2, 3, 4}, c.take("w", Shape.of(2, 2)).values());
  }

  static Stream<Arguments> zips() throws IOException {
    byte[] good = ZipBytes.checkpoint(GOOD).bytes();
    int second = ZipDirectory.LOCAL_BYTES + "a/data.pkl".length() + GOOD.length;
    return Stream.of(
        bad("truncated", Arrays.copyOf(good, good.length - 1), "does not end with a zip directory"),
        bad("trailing", Arrays.copyOf(good, good.length + 1), "or has trailing bytes"),
        bad("four bytes", Arrays.copyOf(good, 4), "is a zip file of 4 bytes; truncated?"),
        bad("comment", zip().lieAtEnd(ZipBytes.COMMENT, 7, 2), "or has trailing bytes"),
        bad(
            "bomb",
            deflated(new byte[100 << 20]),
            "'a/data/0' is compressed, torch.save only stores"),
        bad("no sizes", zip().lie(1, ZipBytes.STORED_SIZE, 15, 4), "'a/data/0' is compressed"),
        bad("encrypted", zip().lie(1, ZipBytes.FLAGS, 1, 2), "'a/data/0' is encrypted"),
        bad("one place", zip().lie(1, ZipBytes.HEADER, 0, 4), "overlaps what begins at 0"),
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
        bad("no header", zip().lie(1, ZipBytes.HEADER, 3, 4), "overlaps what begins at"),
        bad("local header", spoilt(good, 0, 0x04034b51), "begins with the bytes 514b0304"),
        bad("second header", spoilt(good, second, 7), "'a/data/0' has no local header at byte"),
        bad("long header", spoilt(good, second + 26, 0xffff0008), "'a/data/0' ends at byte"),
        bad("two", zip().add("a/data/0", new byte[9]), "has two zip entries 'a/data/0'"),
        bad("split", zip().lieAtEnd(ZipBytes.DISK, 1, 2), "is one part of a split zip file"),
        bad(
            "zip64",
            zip().lieAtEnd(ZipBytes.COUNT, 65535, 2).lieAtEnd(ZipBytes.COUNT_HERE, 65535, 2),
            "has a zip directory of 65535 entries"),
        bad(
            "too few",
            zip().lieAtEnd(ZipBytes.COUNT, 3, 2).lieAtEnd(ZipBytes.COUNT_HERE, 3, 2),
            "has 2 entries in its zip directory, which counts 3"),
        bad(
            "directory of 4 GB",
            zip().lieAtEnd(ZipBytes.LENGTH, 0xffffffffL, 4),
            "has a zip directory of 2 entries in 4294967295 bytes"),
        bad(
            "nowhere",
            zip().lieAtEnd(ZipBytes.OFFSET, 0xfffffffeL, 4),
            "directory at bytes 4294967294"),
        bad("elsewhere", zip().lieAtEnd(ZipBytes.OFFSET, 0, 4), "has a damaged zip directory"),
        bad(
            "cut directory",
            zip().lieAtEnd(ZipBytes.LENGTH, 60, 4),
            "zip directory at its byte 56"),
        bad("no pickle", new ZipBytes().add("a/b", GOOD).bytes(), "0 entries <name>/data.pkl"),
        bad("two pickles", zip().add("b/data.pkl", GOOD), "2 entries <name>/data.pkl"),
        bad("program", zip().add("a/constants.pkl", GOOD), "is a TorchScript program"),
        bad(
            "byte order",
            zip().add("a/byteorder", new byte[] {'m', 'i', 'd', 27}),
            "has the byte order 'mid?', expected 'little' or 'big'"),
        bad(
            "long byte order",
            zip().add("a/byteorder", new byte[17]),
            "'a/byteorder' has 17 bytes, at most 16 are read"),
        bad(
            "pickle of 16 MiB and one",
            ZipBytes.checkpoint(new byte[(16 << 20) + 1]).bytes(),
            "'a/data.pkl' has 16777217 bytes, at most 16777216 are read"));
  }

  static Stream<Arguments> pickles() {
    return Stream.of(
        pickle("system", p().global("os", "system").text("ls").op(0x85, 'R'), "calls 'os.system'"),
        pickle("posix", p().global("posix", "system"), "calls 'posix.system'"),
        pickle(
            "eval", p().global("builtins", "eval"), "calls 'builtins.eval', which no checkpoint"),
        pickle("stacked", p().text("os").text("system").op(0x93), "calls 'os.system'"),
        pickle("nested", p().global("torch", "hub.load"), "calls 'torch.hub.load'"),
        pickle("escape", p().global("os", "\u001b[2Jx"), "calls 'os.?[2Jx'"),
        pickle("long name", p().global("o".repeat(300), "x"), "does not end within 256 bytes"),
        pickle("no name", p().op(']', ']', 0x93), "a name is no text"),
        pickle("INST", p().op('(', 'i', 'o', 's', '\n', 'x', '\n'), "instruction 0x69 is none of"),
        pickle("OBJ", p().op('(', 'o'), "instruction 0x6f is none of"),
        pickle("EXT1", p().op(0x82, 1), "instruction 0x82 is none of"),
        pickle("PERSID", p().op('P', '0', '\n'), "instruction 0x50 is none of"),
        pickle("NEXT_BUFFER", p().op(0x97), "instruction 0x97 is none of"),
        pickle("protocol", p().op(0x80, 6), "protocol 6, at most 5 is read"),
        pickle("empty", new PickleBytes(), "an instruction finds too few values"),
        pickle("text of 4 GB", p().op('X').little(-1, 4), "4294967295 bytes announced, 1 are left"),
        pickle(
            "text of 2^63",
            p().op(0x8d).little(1L << 63, 8),
            "9223372036854775808 bytes announced"),
        pickle("bytes of 2^64", p().op(0x8e).little(-1, 8), "18446744073709551615 bytes announced"),
        pickle("number of 4 GB", p().op(0x8b).little(-1, 4), "4294967295 bytes announced"),
        pickle("nothing", p().op('0'), "an instruction finds too few values"),
        pickle("below the mark", p().op(']', '(', 0x85), "an instruction finds too few values"),
        pickle("no mark", p().op('t'), "a mark is missing"),
        pickle("memo", p().op('h', 7), "value 7 of the memo was never put there"),
        pickle("left over", p().op('}', '}'), "it ends with bytes or values left over"),
        pickle("open mark", p().op('(', '}'), "it ends with bytes or values left over"),
        pickle("no key", p().op('}', '(', ']', 'u'), "a key has no value"),
        pickle("list", p().op('}', '(', ']', 'e'), "1 items are given to what is no list"),
        pickle(
            "dict",
            p().whole(1).text("a").whole(1).op('s'),
            "2 items are given to what is no dict"),
        pickle("attributes", p().whole(1).op('}', 'b'), "attributes are set on what has none"),
        pickle("called", p().op('}', ')', 'R'), "it calls what cannot be called"),
        pickle("arguments", p().global("collections", "OrderedDict").op('}', 'R'), "it calls what"),
        pickle(
            "entries",
            p().global("collections", "OrderedDict").op(']', 0x85, 'R'),
            "an OrderedDict begins with entries"),
        pickle("id", p().text("storage").op('Q'), "refers to something other than a storage"),
        pickle(
            "tensor of nothing",
            p().global("torch._utils", "_rebuild_tensor_v2").op(')', 'R'),
            "a tensor is not made of storage, offset, sides and strides"),
        pickle(
            "parameter of nothing",
            p().global("torch._utils", "_rebuild_parameter").op(')', 'R'),
            "a PARAMETER is made of nothing"),
        pickle("no dictionary", p().op(']'), "holds no dictionary of tensors"),
        pickle("no tensors", p().op('}'), "holds no tensors"),
        pickle("no tensor", p().op('}').text("w").op(']', 's'), "'w' is no tensor"),
        pickle(
            "the same key",
            p().op('}').text("a\n").op(']', 's').text("a\n").op(']', 's'),
            "a dictionary has the key 'a?' twice"),
        // Values that hold themselves, a million times or a million deep: no one may walk them.
        pickle("itself", p().op('}', 'q', 0).text("w").op('h', 0, 's'), "'w' is no tensor"),
        pickle("deep", p().op(')').times(1_000_000, 0x85), "holds no dictionary of tensors"),
        pickle("deep marks", p().times(1_000_000, '('), "an instruction finds too few values"),
        pickle("laughs", p().op(')').times(1_000_000, '2', 0x86), "holds no dictionary of tensors"),
        pickle(
            "deep key", p().op('}', ')').times(99_999, '2', 0x86).op('N', 's'), "holds no tensors"),
        pickle("a million", p().op('(').times(1_000_000, '}').op('t'), "holds no dictionary"),
        pickle("too many", p().times(1 << 20, 'N', '0'), "the pickle has more than 2097152"),
        pickle("digits", p().op('L').times(255, '9').op('\n'), "holds no dictionary of tensors"));
  }

  static Stream<Arguments> tensors() {
    return Stream.of(
        bad(
            "no values",
            w("FloatStorage", 4, 0, sides(2, 0), 1, 1),
            "has no values: its shape is [2,0]"),
        bad("negative side", w("FloatStorage", 4, 0, sides(-2), 1), "unusable shape [-2]"),
        bad(
            "beyond int",
            w("FloatStorage", 4, 0, sides(1L << 32), 1),
            "unusable shape [4294967296]"),
        bad("product", w("FloatStorage", 4, 0, sides(65536, 65536), 0, 0), "unusable shape"),
        bad(
            "repeated",
            w("FloatStorage", 4, 0, sides(1L << 27), 0),
            "of shape [134217728] has 134217728 values, at most 67108864 are read"),
        bad(
            "nine sides",
            w("FloatStorage", 4, 0, new long[9], new long[9]),
            "a tensor has 9 sides"),
        bad("strides", w("FloatStorage", 4, 0, sides(2, 2), 1), "a tensor is not made of"),
        bad(
            "outside",
            w("FloatStorage", 4, 1, sides(2, 2), 2, 1),
            "leaves its storage of 4 elements"),
        bad("before", w("FloatStorage", 4, -1, sides(2), 1), "leaves its storage"),
        bad("backwards", w("FloatStorage", 4, 3, sides(2), -1), "leaves its storage"),
        bad("overflow", w("FloatStorage", 4, 0, sides(3), Long.MAX_VALUE), "leaves its storage"),
        bad("at 2^63", w("FloatStorage", 4, Long.MAX_VALUE, sides(2), 1), "leaves its storage"),
        bad("integers", w("IntStorage", 4, 0, sides(4), 1), "tensor 'w' is a torch.IntStorage"),
        bad(
            "short",
            w("FloatStorage", 5, 0, sides(4), 1),
            "has 16 bytes of data, 5 elements of F32"),
        bad("huge", w("FloatStorage", 1L << 62, 0, sides(4), 1), "4611686018427387904 elements"),
        bad("negative", w("FloatStorage", -4, 0, sides(4), 1), "-4 elements of F32"),
        bad(
            "absent",
            new PickleBytes().tensor("FloatStorage", "../0", 4, 0, sides(4), 1),
            "has its data in '../0', which is not there"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"zips", "pickles"})
  void aFileIsRefused(String defect, byte[] file, String message) throws IOException {
    assertRefused(file, message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tensors")
  void aTensorIsRefused(String defect, PickleBytes tensor, String message) throws IOException {
    assertRefused(ZipBytes.checkpoint(PickleBytes.stateDict(tensor)).bytes(), message);
  }

  @ParameterizedTest
  @CsvSource({
    "HalfStorage, 2, 007c, Infinity",
    "HalfStorage, 2, 017e, NaN",
    "BFloat16Storage, 2, 80ff, -Infinity",
    "FloatStorage, 4, 0000c07f, NaN",
    "DoubleStorage, 8, 000000000000f07f, Infinity",
    "DoubleStorage, 8, ffffffffffffef7f, Infinity",
  })
  void aWeightThatIsNotFiniteIsRefused(String type, int bytes, String hex, String value)
      throws IOException {
    byte[] data = Arrays.copyOf(HexFormat.of().parseHex(hex), 2 * bytes);
    byte[] pickle = PickleBytes.stateDict(w(type, 2, 0, sides(2), 1));
    assertRefused(
        new ZipBytes().add("a/data.pkl", pickle).add("a/data/0", data).bytes(),
        "tensor 'w' has the value " + value + " at index 0; weights must be finite");
  }

  @Test
  void aStorageOfTwoTypesIsRefused() throws IOException {
    var pickle =
        p().op('}')
            .text("w")
            .raw(w("FloatStorage", 4, 0, sides(4), 1))
            .op('s')
            .text("x")
            .raw(w("HalfStorage", 8, 0, sides(8), 1))
            .op('s')
            .stop();
    assertRefused(
        ZipBytes.checkpoint(pickle).bytes(),
        "tensor 'x' shares a storage of another type or length");
  }

  @Test
  void oneStorageInManyTensorsIsRefusedBeforeItIsCopied() throws IOException {
    PickleBytes pickle =
        p().op('}').raw(w("FloatStorage", 4, 0, sides(1 << 26), 0)).op('q', 1, '0');
    for (int i = 0; i < 5; i++) {
      pickle.text("w" + i).op('h', 1, 's');
    }
    assertRefused(ZipBytes.checkpoint(pickle.stop()).bytes(), "or 268435456 values");
  }

  @Test
  void oneStorageInTooManyTensorsIsRefused() throws IOException {
    PickleBytes pickle = p().op('}').raw(w("FloatStorage", 4, 0, sides(1), 1)).op('q', 1, '0');
    for (int i = 0; i <= 1 << 16; i++) {
      pickle.text("w" + i).op('h', 1, 's');
    }
    assertRefused(ZipBytes.checkpoint(pickle.stop()).bytes(), "has more than 65536 tensors");
  }

  private void assertRefused(byte[] file, String message) throws IOException {
    Path path = Files.write(folder.resolve("c.pth"), file);
    Refusal.require(
        CheckpointException.class,
        "c.pth",
        message,
        file.length,
        () -> CheckpointReader.read(path));
  }

  private Checkpoint read(byte[] file) throws IOException {
    return CheckpointReader.read(Files.write(folder.resolve("c.pth"), file));
  }

  private static ZipBytes zip() {
    return ZipBytes.checkpoint(GOOD);
  }

  private static PickleBytes p() {
    return PickleBytes.begin();
  }

  private static PickleBytes w(
      String type, long length, long offset, long[] sides, long... strides) {
    return new PickleBytes().tensor(type, "0", length, offset, sides, strides);
  }

  private static long[] sides(long... sides) {
    return sides;
  }

  private static Arguments bad(String defect, ZipBytes zip, String message) {
    return Arguments.of(defect, zip.bytes(), message);
  }

  private static Arguments bad(String defect, byte[] file, String message) {
    return Arguments.of(defect, file, message);
  }

  private static Arguments bad(String defect, PickleBytes tensor, String message) {
    return Arguments.of(defect, tensor, message);
  }

  private static Arguments pickle(String defect, PickleBytes pickle, String message) {
    return Arguments.of(defect, ZipBytes.checkpoint(pickle.stop()).bytes(), message);
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
