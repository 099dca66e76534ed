package io.repvit.checkpoint;

import static io.repvit.checkpoint.HostileTorch.assertRefused;
import static io.repvit.checkpoint.HostileTorch.sides;
import static io.repvit.checkpoint.HostileTorch.w;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors in torch's files that no network has. The timeout only ends what hangs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileTorchTensorsTest {
  @TempDir private Path folder;

  static Stream<Arguments> tensors() {
    return Stream.of(
        bad(
            "no values",
            w("FloatStorage", 4, 0, sides(2, 0), 1, 1),
            "has no values: its shape is [2,0]"),
        bad("negative dimension", w("FloatStorage", 4, 0, sides(-2), 1), "invalid shape [-2]"),
        bad(
            "beyond int",
            w("FloatStorage", 4, 0, sides(1L << 32), 1),
            "invalid shape [4294967296]"),
        bad("product", w("FloatStorage", 4, 0, sides(65536, 65536), 0, 0), "invalid shape"),
        bad(
            "repeated",
            w("FloatStorage", 4, 0, sides(1L << 27), 0),
            "of shape [134217728] has 134217728 values, at most 67108864 are supported"),
        bad(
            "nine dimensions",
            w("FloatStorage", 4, 0, new long[9], new long[9]),
            "a tensor has 9 dimensions"),
        bad("strides", w("FloatStorage", 4, 0, sides(2, 2), 1), "a tensor is not built from"),
        bad(
            "outside",
            w("FloatStorage", 4, 1, sides(2, 2), 2, 1),
            "has values outside of its storage of 4 elements"),
        bad("before", w("FloatStorage", 4, -1, sides(2), 1), "has values outside of its storage"),
        bad(
            "backwards",
            w("FloatStorage", 4, 3, sides(2), -1),
            "has values outside of its storage"),
        bad(
            "overflow",
            w("FloatStorage", 4, 0, sides(3), Long.MAX_VALUE),
            "has values outside of its storage"),
        bad(
            "at 2^63",
            w("FloatStorage", 4, Long.MAX_VALUE, sides(2), 1),
            "has values outside of its storage"),
        bad("integers", w("IntStorage", 4, 0, sides(4), 1), "tensor 'w' is a torch.IntStorage"),
        bad(
            "short",
            w("FloatStorage", 5, 0, sides(4), 1),
            "has a storage of 16 bytes, expected 5 elements of F32"),
        bad("huge", w("FloatStorage", 1L << 62, 0, sides(4), 1), "4611686018427387904 elements"),
        bad("negative", w("FloatStorage", -4, 0, sides(4), 1), "-4 elements of F32"),
        bad(
            "absent",
            new PickleBytes().tensor("FloatStorage", "../0", 4, 0, sides(4), 1),
            "refers to the storage '../0', which the file does not have"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tensors")
  void aTensorIsRefused(String defect, PickleBytes tensor, String message) throws IOException {
    assertRefused(folder, ZipBytes.checkpoint(PickleBytes.stateDict(tensor)).bytes(), message);
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
        folder,
        new ZipBytes().add("a/data.pkl", pickle).add("a/data/0", data).bytes(),
        "tensor 'w' has the value " + value + " at index 0, expected finite weights");
  }

  @Test
  void aStorageOfTwoTypesIsRefused() throws IOException {
    var pickle =
        PickleBytes.begin()
            .op('}')
            .text("w")
            .raw(w("FloatStorage", 4, 0, sides(4), 1))
            .op('s')
            .text("x")
            .raw(w("HalfStorage", 8, 0, sides(8), 1))
            .op('s')
            .stop();
    assertRefused(
        folder,
        ZipBytes.checkpoint(pickle).bytes(),
        "tensor 'x' declares another type or length for its storage");
  }

  @Test
  void oneStorageInManyTensorsIsRefusedBeforeItIsCopied() throws IOException {
    PickleBytes pickle =
        PickleBytes.begin().op('}').raw(w("FloatStorage", 4, 0, sides(1 << 26), 0)).op('q', 1, '0');
    for (int i = 0; i < 5; i++) {
      pickle.text("w" + i).op('h', 1, 's');
    }
    assertRefused(folder, ZipBytes.checkpoint(pickle.stop()).bytes(), "or 268435456 values");
  }

  @Test
  void oneStorageInTooManyTensorsIsRefused() throws IOException {
    PickleBytes pickle =
        PickleBytes.begin().op('}').raw(w("FloatStorage", 4, 0, sides(1), 1)).op('q', 1, '0');
    for (int i = 0; i <= 1 << 16; i++) {
      pickle.text("w" + i).op('h', 1, 's');
    }
    assertRefused(
        folder, ZipBytes.checkpoint(pickle.stop()).bytes(), "has more than 65536 tensors");
  }

  private static Arguments bad(String defect, PickleBytes tensor, String message) {
    return Arguments.of(defect, tensor, message);
  }
}
