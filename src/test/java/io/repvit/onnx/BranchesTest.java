package io.repvit.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs as lines {@code operator output input...}; {@code w} is a constant. */
class BranchesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RepVGG                | Conv a x w; Conv b x w; BatchNormalization c x w w w w; Add s a b; Add y s c",
        "convolution, identity | Conv a x w; Add y a x",
        "the other way round   | Conv a x w; Add y x a",
        "a chain, a shortcut   | Conv a x w; Conv b a w; BatchNormalization c b w w w w; Add y x c",
        "scaled                | Conv a x w; Mul m a w; Conv b x w; Add y m b",
        "three summands        | Conv a x w; Conv b x w; Sum y a b x",
        "two heads             | Gemm a x w w; Gemm b x w w; Mean y a b",
        "a difference          | Conv a x w; Sub y x a",
        "weights by a name     | Identity v w; Conv a x v; Conv b x w; Add y a b",
        "old opset's Dropout   | Dropout d x; Conv a d w; Add y a x",
      })
  void linearWaysThatAreAddedUpAreBranches(String what, String graph) {
    assertEquals(List.of(new Branches("x", "y")), branches(graph));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain                 | Conv a x w; Relu b a; Conv y b w",
        "residual              | Conv a x w; Relu b a; Conv c b w; Add y x c",
        "projected shortcut    | Conv a x w; Relu b a; Conv c b w; Conv d x w; Add y c d",
        "attention             | MatMul q x w; MatMul k x w; MatMul v x w; MatMul s q k; Softmax p s; MatMul y p v",
        "inception             | Conv a x w; Conv b x w; Concat y a b",
        "gate                  | Conv a x w; Sigmoid s a; Conv b x w; Mul y b s",
        "gated sum             | Conv a x w; Sigmoid s a; Mul m x s; Add y x m",
        "pyramid               | Conv a x w; Relu r a; Conv c r w; Resize u c w w; Conv l x w; Add y l u",
        "pooling less identity | AveragePool p x; Sub y p x",
        "bias and scale        | Conv a x w; Add b a w; Mul y b w",
        "doubled               | Add y x x",
        "reciprocal            | Div d w x; Conv a x w; Add y d a",
        "Relu left out, int8   | Conv a x w; QuantizeLinear q a w; DequantizeLinear d q w; Conv b d w; Add y x b",
        "two inputs            | Conv a x w; Conv b z w; Add y a b",
      })
  void otherForksArePartOfTheNetwork(String what, String graph) {
    assertEquals(List.of(), branches(graph));
  }

  /** Of a chain of adds, each with the value it began at, the search must not walk the whole. */
  @ParameterizedTest
  @CsvSource({"Add", "Conv"})
  void aLongChainCostsNoMoreThanItsLength(String operator) {
    var graph = GraphProto.newBuilder();
    graph.addInitializer(TensorProto.newBuilder().setName("w"));
    String before = "x";
    for (int i = 0; i < 100_000; i++) {
      graph.addNode(node("Conv", "a" + i, before, "w"));
      graph.addNode(node(operator, "b" + i, "a" + i, operator.equals("Add") ? "x" : "w"));
      before = "b" + i;
    }
    graph.addNode(node("Add", "y", before, "z"));
    GraphProto built = graph.build();
    assertTimeout(Duration.ofSeconds(20), () -> Branches.in(scope(built)));
  }

  private static List<Branches> branches(String lines) {
    var graph = GraphProto.newBuilder();
    graph.addInitializer(TensorProto.newBuilder().setName("w").addDims(1));
    for (String line : lines.split("; ")) {
      String[] words = line.split(" ");
      graph.addNode(
          node(words[0], words[1], List.of(words).subList(2, words.length).toArray(String[]::new)));
    }
    return Branches.in(scope(graph.build()));
  }

  private static Scope scope(GraphProto graph) {
    return new Scope(
        graph.getNodeList(), Constants.of(null, graph.getInitializerList(), graph.getNodeList()));
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addOutput(output)
        .addAllInput(List.of(inputs))
        .build();
  }
}
