package io.repvit.export;

import io.repvit.inference.Gelu;
import io.repvit.model.BatchNorm;
import io.repvit.model.Conv;
import io.repvit.model.Linear;
import io.repvit.model.Ops;
import io.repvit.onnx.Attribute;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.Operator;
import io.repvit.onnx.Ref;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Emits each operation of a network as a node of an ONNX graph. */
final class OnnxOps implements Ops<Ref> {
  private final GraphBuilder graph;
  private final Gelu gelu;
  private final Map<Operator, Integer> counts = new EnumMap<>(Operator.class);

  OnnxOps(GraphBuilder graph, Gelu gelu) {
    this.graph = graph;
    this.gelu = gelu;
  }

  @Override
  public Ref conv(Ref x, Conv conv) {
    var inputs =
        new ArrayList<>(List.of(x, graph.constant(conv.name() + ".weight", conv.weight())));
    conv.bias().ifPresent(b -> inputs.add(graph.constant(conv.name() + ".bias", b)));
    long padding = conv.padding();
    long stride = conv.stride();
    long kernel = conv.kernel();
    return graph.node(
        Operator.CONV,
        conv.name(),
        inputs,
        Attribute.of("group", conv.groups()),
        Attribute.of("kernel_shape", List.of(kernel, kernel)),
        Attribute.of("pads", List.of(padding, padding, padding, padding)),
        Attribute.of("strides", List.of(stride, stride)));
  }

  @Override
  public Ref batchNorm(Ref x, BatchNorm norm) {
    String name = norm.name();
    return graph.node(
        Operator.BATCH_NORMALIZATION,
        name,
        List.of(
            x,
            graph.constant(name + ".weight", norm.gamma()),
            graph.constant(name + ".bias", norm.beta()),
            graph.constant(name + ".running_mean", norm.mean()),
            graph.constant(name + ".running_var", norm.var())),
        Attribute.of("epsilon", (float) BatchNorm.EPSILON));
  }

  @Override
  public Ref linear(Ref x, Linear linear) {
    return graph.node(
        Operator.GEMM,
        linear.name(),
        List.of(
            x,
            graph.constant(linear.name() + ".weight", linear.weight()),
            graph.constant(linear.name() + ".bias", linear.bias())),
        Attribute.of("transB", 1));
  }

  @Override
  public Ref gelu(Ref x) {
    return switch (gelu) {
      case ERF -> nameless(Operator.GELU, List.of(x));
      case TANH -> nameless(Operator.GELU, List.of(x), Attribute.of("approximate", "tanh"));
    };
  }

  @Override
  public Ref relu(Ref x) {
    return nameless(Operator.RELU, List.of(x));
  }

  @Override
  public Ref sigmoid(Ref x) {
    return nameless(Operator.SIGMOID, List.of(x));
  }

  @Override
  public Ref add(Ref x, Ref y) {
    return nameless(Operator.ADD, List.of(x, y));
  }

  @Override
  public Ref scale(Ref x, Ref factor) {
    return nameless(Operator.MUL, List.of(x, factor));
  }

  @Override
  public Ref globalAveragePool(Ref x) {
    return nameless(Operator.GLOBAL_AVERAGE_POOL, List.of(x));
  }

  @Override
  public Ref flatten(Ref x) {
    return nameless(Operator.FLATTEN, List.of(x), Attribute.of("axis", 1));
  }

  @Override
  public Ref mean(List<Ref> xs) {
    return nameless(Operator.MEAN, xs);
  }

  /** Adds a node for an operation without weights. Its name is the operator and a number. */
  private Ref nameless(Operator operator, List<Ref> inputs, Attribute... attributes) {
    int number = counts.merge(operator, 1, Integer::sum);
    return graph.node(operator, operator.type() + "." + number, inputs, attributes);
  }
}
