package io.repvit.onnx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.repvit.inference.InferredShapes;
import io.repvit.inference.ModelFile;
import io.repvit.testing.Refusal;
import io.repvit.testing.TinyModels;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that no exporter writes. The timeout only ends what hangs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileOnnxFilesTest {

  static Stream<Arguments> files() {
    byte[] good = TinyModels.colours(1, Map.of());
    return Stream.of(
        bad("empty", new byte[0], "its graph has no nodes"),
        bad("text", "not a model".getBytes(US_ASCII), "is not an ONNX"),
        bad("truncated", Arrays.copyOf(good, good.length - 1), "is not an ONNX model: "),
        bad("trailing", Arrays.copyOf(good, good.length + 1), "invalid tag (zero)"),
        bad("graph of 2 GB", hex("3affffffff07"), "is not an ONNX model: "),
        bad("graph of -1 bytes", hex("3affffffffffffffffff01"), "negative size"),
        bad("end of no group", hex("0c"), "is not an ONNX model: "),
        bad("field 0", hex("0000"), "invalid tag (zero)"),
        bad("text that is none", hex("1202c328"), "its graph has no nodes"),
        bad("graphs in graphs", nested(10_000), "messages nest deeper than 100"),
        bad(
            "groups in groups",
            "[".repeat(100_000).getBytes(US_ASCII),
            "the file has a protobuf group"),
        bad("two million nodes", nodes(1 << 21), "the file has more than 1048576 protobuf fields"),
        bad(
            "two million unknown fields",
            unknown(1 << 21),
            "the file has more than 1048576 protobuf fields"),
        bad("numbers", packed(9 << 20), "the file has more than 1048576 protobuf fields"),
        bad(
            "weights beyond a long",
            weights(1L << 32, 1L << 32),
            "declares negative or too large shapes"),
        bad("negative dimension", weights(-1, 3), "declares negative or too large shapes"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void aFileIsRefused(String defect, byte[] file, String message) {
    Refusal.require(
        IllegalArgumentException.class,
        "m.onnx: ",
        message,
        file.length,
        () -> OnnxSummary.of("m.onnx", file));
  }

  @Test
  void weightsAreCountedByTheFieldNotByTheNumber() {
    var raw = weight();
    raw.addDims(1 << 22).setRawData(ByteString.copyFrom(new byte[4 << 22]));
    assertEquals(1 << 22, OnnxSummary.of("m", model(graph().addInitializer(raw))).parameters());
  }

  @Test
  void weightsThatAreWrittenAsNumbersAreCountedAsOneField() {
    var numbers = weight();
    numbers.addDims(9 << 18);
    for (int i = 0; i < 9 << 18; i++) {
      numbers.addFloatData(1);
    }
    assertEquals(9 << 18, OnnxSummary.of("m", model(graph().addInitializer(numbers))).parameters());
  }

  @Test
  void workBeyondALongIsUnknown() {
    assertEquals(new Macs.Known(25 * 4 * 4), InferredShapes.macs(convolution(8)));
    assertEquals(
        new Macs.Unknown("the model declares invalid or too large shapes"),
        InferredShapes.macs(convolution(Integer.MAX_VALUE)));
  }

  private static byte[] nested(int depth) {
    // A node (field 1 of a graph) with an attribute (5) that holds a graph (6), and so on.
    ByteString graph = ByteString.EMPTY;
    for (int i = 0; i < depth; i++) {
      graph = field(1, field(5, field(6, graph)));
    }
    return field(7, graph).toByteArray();
  }

  private static ByteString field(int number, ByteString content) {
    var length = ByteString.newOutput();
    int n = content.size();
    for (; n > 127; n >>>= 7) {
      length.write(n & 127 | 128);
    }
    length.write(n);
    return ByteString.copyFrom(new byte[] {(byte) (number << 3 | 2)})
        .concat(length.toByteString())
        .concat(content);
  }

  private static byte[] nodes(int count) {
    byte[] nodes = new byte[2 * count];
    for (int i = 0; i < nodes.length; i += 2) {
      nodes[i] = 0x0a;
    }
    return field(7, ByteString.copyFrom(nodes)).toByteArray();
  }

  private static byte[] unknown(int count) {
    byte[] fields = new byte[2 * count];
    Arrays.fill(fields, (byte) 0x78); // field 15 with the value 120
    return fields;
  }

  private static byte[] packed(int count) {
    return field(7, field(5, field(7, ByteString.copyFrom(new byte[count])))).toByteArray();
  }

  private static byte[] weights(long... dims) {
    var weight = weight();
    for (long dim : dims) {
      weight.addDims(dim);
    }
    return model(graph().addInitializer(weight));
  }

  private static ModelFile convolution(int side) {
    var weight = weight().addAllDims(List.of(1L, 1L, 5L, 5L));
    weight.addAllFloatData(Collections.nCopies(25, 1f));
    var graph =
        GraphProto.newBuilder()
            .setName("g")
            .addInput(Types.batchOf("x", 1, side, side))
            .addInitializer(weight);
    graph.addNodeBuilder().setOpType("Conv").addInput("x").addInput("w").addOutput("y");
    var model = ModelProto.newBuilder().setIrVersion(GraphBuilder.IR_VERSION).setGraph(graph);
    model.addOpsetImportBuilder().setVersion(GraphBuilder.OPSET);
    return ModelFile.of("m", model.build().toByteArray());
  }

  private static TensorProto.Builder weight() {
    return TensorProto.newBuilder().setName("w").setDataType(TensorProto.DataType.FLOAT_VALUE);
  }

  private static GraphProto.Builder graph() {
    return GraphProto.newBuilder()
        .addNode(NodeProto.newBuilder().setOpType("Mul").addInput("x").addInput("w"));
  }

  private static byte[] model(GraphProto.Builder graph) {
    return ModelProto.newBuilder().setGraph(graph).build().toByteArray();
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static Arguments bad(String defect, byte[] file, String message) {
    return Arguments.of(defect, file, message);
  }
}
