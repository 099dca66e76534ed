package io.repvit.checkpoint;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.tensor.Shape;
import io.repvit.testing.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsReaderTest {
  @TempDir private Path folder;

  @Test
  void everyTypeBecomesFloat32() throws IOException {
    Checkpoint c =
        read(
            """
            {"__metadata__":{"format":"pt"},
             "f":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},
             "h":{"dtype":"F16","shape":[6],"data_offsets":[8,20]},
             "b":{"dtype":"BF16","shape":[2],"data_offsets":[20,24]},
             "n":{"dtype":"I64","shape":[],"data_offsets":[24,32]}}   """,
            // 1, -2 | 1, -2, smallest subnormal, largest, -0, largest subnormal | 1, -2 | 12345
            "0000803f 000000c0 003c 00c0 0100 ff7b 0080 ff03 803f 00c0 3930000000000000");
    assertEquals(Set.of("f", "h", "b", "n"), Set.copyOf(c.names()));
    assertArrayEquals(new float[] {1, -2}, c.take("f", Shape.of(1, 2)).values());
    assertArrayEquals(
        new float[] {1, -2, 0x1p-24f, 65504, -0f, 1023 * 0x1p-24f},
        c.take("h", Shape.of(6)).values());
    assertArrayEquals(new float[] {1, -2}, c.take("b", Shape.of(2)).values());
    assertArrayEquals(new float[] {12345}, c.take("n", Shape.of()).values());
    c.requireAllTaken();
  }

  @Test
  void theHashIsOfTheWholeFile() throws IOException {
    // sha256sum of the ten bytes 0200000000000000 7b7d
    Checkpoint c = readBytes(HexFormat.of().parseHex("02000000000000007b7d"));
    assertEquals("411a485216e432ece6b9af94fa32154cf79a2a56d4f81266baa50063f45092bd", c.sha256());
  }

  @Test
  void tensorsMayStandInAnyOrderInTheHeader() throws IOException {
    Checkpoint c =
        read(
            """
            {"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},
             "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            "0000803f 000000c0");
    assertArrayEquals(new float[] {1}, c.take("a", Shape.of(1)).values());
    assertArrayEquals(new float[] {-2}, c.take("b", Shape.of(1)).values());
  }

  static Stream<Arguments> malformedHeaders() {
    String four = "0000803f";
    String eight = "0000803f0000803f";
    return Stream.of(
        bad("invalid JSON", "{\"a\":", "", "the header is not valid JSON"),
        bad(
            "no object",
            "[]",
            "",
            "begins with the bytes 02000000000000005b, expected a safetensors file"),
        bad("goes on", "{} {}", "", "has content after its closing brace"),
        bad(
            "duplicate tensor",
            "{%s,%s}".formatted(f32("a", "[1]", 0, 4), f32("a", "[1]", 4, 8)),
            eight,
            "duplicate key: Duplicate field 'a'"),
        bad(
            "duplicate key",
            "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
            four,
            "duplicate key: Duplicate field 'dtype'"),
        bad("deep", "{\"__metadata__\":{\"a\":" + "[".repeat(99), "", "exceeds a limit"),
        bad("no tensor", "{\"a\":1}", "", "tensor 'a' is not a JSON object"),
        bad("no shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", four, "no shape"),
        bad("no offsets", "{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", "", "no data_offsets"),
        bad(
            "unknown key",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4],\"x\":1}}",
            four,
            "unknown key 'x'"),
        bad(
            "overlap",
            "{%s,%s}".formatted(f32("a", "[1]", 0, 4), f32("b", "[1]", 2, 6)),
            "0000803f0000",
            "tensor 'b' overlaps another tensor: its data begin at byte 2, expected byte 4"),
        bad(
            "gap",
            "{%s,%s}".formatted(f32("a", "[1]", 0, 4), f32("b", "[1]", 5, 9)),
            "0000803f000000803f",
            "tensor 'b' follows a gap"),
        bad("starts late", "{%s}".formatted(f32("a", "[1]", 4, 8)), eight, "follows a gap"),
        bad(
            "out of range",
            "{%s}".formatted(f32("a", "[2]", 0, 8)),
            four,
            "tensor 'a' ends at byte 8 of the data, but the file has 4 bytes"),
        bad("trailing", "{%s}".formatted(f32("a", "[1]", 0, 4)), eight, "4 trailing bytes"),
        bad(
            "shape and bytes",
            "{%s}".formatted(f32("a", "[3]", 0, 8)),
            eight,
            "tensor 'a' has 8 bytes in data_offsets, F32 of shape [3] needs 12"),
        bad("backwards", "{%s}".formatted(f32("a", "[]", 4, 0)), four, "expected [begin, end]"),
        bad("negative offset", "{%s}".formatted(f32("a", "[]", -4, 0)), four, "has '-4' in"),
        bad(
            "negative dimension",
            "{%s}".formatted(f32("a", "[-1]", 0, 4)),
            four,
            "has '-1' in shape"),
        bad("fraction", "{%s}".formatted(f32("a", "[1.0]", 0, 4)), four, "has '1.0' in shape"),
        bad(
            "beyond long",
            "{%s}".formatted(f32("a", "[99999999999999999999]", 0, 4)),
            four,
            "expected integers of at least 0"),
        bad("beyond int", "{%s}".formatted(f32("a", "[4294967297]", 0, 4)), four, "invalid shape"),
        bad(
            "product overflows",
            "{%s}".formatted(f32("a", "[65536,65536]", 0, 4)),
            four,
            "invalid shape [65536, 65536]"),
        bad(
            "no values",
            "{%s}".formatted(f32("a", "[2,0]", 0, 0)),
            "",
            "'a' has no values: its shape"),
        bad(
            "oversized",
            "{%s}".formatted(f32("a", "[67108865]", 0, 268435460)),
            four,
            "tensor 'a' of shape [67108865] has 67108865 values, at most 67108864 are supported"),
        bad(
            "not a number",
            "{%s}".formatted(f32("a", "[2]", 0, 8)),
            "0000803f0000c07f",
            "tensor 'a' has the value NaN at index 1, expected finite weights"),
        bad(
            "infinite",
            "{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,2]}}",
            "00fc",
            "tensor 'a' has the value -Infinity at index 0"),
        bad(
            "name for a terminal",
            "{%s}".formatted(f32("\\u001b[2J" + "a".repeat(500), "[3]", 0, 8)),
            eight,
            "tensor '?[2Jaaa"),
        bad("long name", "{\"%s\"".formatted("a".repeat(2000)), "", "the header exceeds a limit"),
        bad(
            "too many dimensions",
            "{%s}".formatted(f32("a", "[1,1,1,1,1,1,1,1,1]", 0, 4)),
            four,
            "has 9 dimensions, at most 8 are supported"),
        bad(
            "dtype",
            "{\"a\":{\"dtype\":\"F8_E5M2\",\"shape\":[1],\"data_offsets\":[0,8]}}",
            eight,
            "tensor 'a' has dtype 'F8_E5M2', expected one of [F32, F64, F16, BF16, I64]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedHeaders")
  void aMalformedHeaderIsRefused(String defect, String json, String data, String message)
      throws IOException {
    assertRefused(message, file(json, data));
  }

  static Stream<Arguments> malformedFiles() {
    return Stream.of(
        Arguments.of("empty", "", "has 0 bytes, expected a safetensors file of at least 8"),
        Arguments.of("short", "02000000", "has 4 bytes"),
        Arguments.of("header beyond the file", "0300000000000000 7b7d", "is truncated"),
        Arguments.of(
            "header beyond the cap", "0100000100000000 7b7d", "at most 16777216 are supported"),
        Arguments.of("header of 2 GB", "0000008000000000 7b7d", "the header has 2147483648 bytes"),
        Arguments.of("unsigned header", "ffffffffffffffff 7b7d", "18446744073709551615 bytes"),
        Arguments.of("LFS pointer", "76657273696f6e2068747470", "is a Git LFS pointer"),
        Arguments.of("ONNX", "0809120e72657076697420", "begins with the bytes 0809120e7265707669"),
        Arguments.of("no header", "0000000000000000", "does not begin with '{'"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedFiles")
  void aMalformedFileIsRefused(String defect, String hex, String message) throws IOException {
    assertRefused(message, hex(hex));
  }

  @Test
  void moreTensorsThanAnyNetworkHasAreRefused() throws IOException {
    String json =
        IntStream.rangeClosed(0, 1 << 16)
            .mapToObj(i -> f32("t" + i, "[]", 4 * i, 4 * i + 4))
            .collect(joining(",", "{", "}"));
    assertRefused("has more than 65536 tensors or 268435456 values", file(json, ""));
  }

  private void assertRefused(String message, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("c.safetensors"), bytes);
    Refusal.require(
        CheckpointException.class,
        "c.safetensors: ",
        message,
        bytes.length,
        () -> CheckpointReader.read(file));
  }

  private Checkpoint read(String json, String data) throws IOException {
    return readBytes(file(json, data));
  }

  private Checkpoint readBytes(byte[] bytes) throws IOException {
    return CheckpointReader.read(Files.write(folder.resolve("c.safetensors"), bytes));
  }

  private static Arguments bad(String defect, String json, String data, String message) {
    return Arguments.of(defect, json, data, message);
  }

  private static String f32(String name, String shape, int begin, int end) {
    return "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, shape, begin, end);
  }

  private static byte[] file(String json, String data) {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream();
    out.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
    out.writeBytes(header);
    out.writeBytes(hex(data));
    return out.toByteArray();
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }
}
