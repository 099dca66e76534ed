package io.repvit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Precision;
import io.repvit.onnx.Attribute;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.Operator;
import io.repvit.onnx.Ref;
import io.repvit.onnx.WeightBits;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantiserTest {
  private static final int IMAGES = 128;

  @TempDir private Path folder;

  /** Activations of one tensor share a scale: here a channel is smaller than its step. */
  @Test
  void aModelThatLosesTooMuchIsRefused() {
    Path output = folder.resolve("m.onnx");
    var e =
        assertThrows(
            ExportException.class,
            () ->
                new Quantiser(WeightBits.SEVEN, Quantiser.DEFAULT_MIN_AGREEMENT)
                    .quantise(brightness(100), greys(), output));
    assertTrue(
        String.valueOf(e.getMessage())
            .matches(
                "int8 changes the label of 0\\.[12]\\d{3} of the 64 held-out images, at"
                    + " most 0\\.0500 is accepted; nothing was written"),
        e.getMessage());
    assertFalse(Files.exists(output));
  }

  @Test
  void itIsWrittenIfThatIsAccepted() throws IOException, ModelException {
    Path output = folder.resolve("m.onnx");
    QuantiseResult result =
        new Quantiser(WeightBits.SEVEN, 0.5).quantise(brightness(100), greys(), output);
    assertEquals(result.bytes(), Files.size(output));
    var int8 = (Precision.Int8) result.card().precision();
    assertTrue(int8.loss().agreement() > 0.5 && int8.loss().agreement() < 0.95, int8.toString());
  }

  @Test
  void channelsOfOneSizeLoseLittle() throws IOException, ModelException {
    QuantiseResult result =
        new Quantiser(WeightBits.EIGHT, Quantiser.DEFAULT_MIN_AGREEMENT)
            .quantise(brightness(1), greys(), folder.resolve("m.onnx"));
    var int8 = (Precision.Int8) result.card().precision();
    assertEquals(WeightBits.EIGHT, int8.bits());
    assertEquals(IMAGES / 2, int8.sample().images());
    assertEquals(IMAGES / 2, int8.loss().images());
    // Of the 255 steps between the least and the greatest: half a one in and out, and two between
    // an
    // extreme grey and the next, which may be the last that the ranges have seen.
    assertTrue(int8.loss().largest() < 3 * 2.0 / 255, int8.toString());
    assertEquals(1, result.convolutions());
  }

  @Test
  void aModelThatGivesNoNumbersIsRefused() {
    var e =
        assertThrows(
            ExportException.class,
            () ->
                new Quantiser(WeightBits.SEVEN, 0)
                    .quantise(brightness(3e38f), greys(), folder.resolve("m.onnx")));
    assertTrue(
        String.valueOf(e.getMessage()).contains("computes 'wide' with the value"), e.getMessage());
  }

  /** Bright or dark: the sign of one channel, which stands beside one that is larger. */
  private static ModelFile brightness(float larger) {
    var graph = new GraphBuilder("brightness", "test 1");
    Ref pixels = graph.input(ModelCard.INPUT, 3, TinyModels.SIDE, TinyModels.SIDE);
    float third = larger / 3;
    Ref wide = conv(graph, "wide", pixels, 3, 1 / 3f, 1 / 3f, 1 / 3f, third, third, third);
    Ref same = conv(graph, "same", wide, 2, 1, 0, 0, 1);
    Ref pooled = graph.node(Operator.GLOBAL_AVERAGE_POOL, "pool", List.of(same));
    Ref flat = graph.node(Operator.FLATTEN, "flat", List.of(pooled), Attribute.of("axis", 1));
    Ref head = graph.constant("head.weight", new Tensor(Shape.of(2, 2), new float[] {-1, 1, 0, 0}));
    graph.output(graph.node(Operator.GEMM, "head", List.of(flat, head)), ModelCard.LOGITS, 2);
    graph.output(flat, ModelCard.EMBEDDING, 2);
    ModelCard card = TinyModels.card(TinyModels.SIDE, List.of("dark", "bright"), 2);
    return ModelFile.of("brightness.onnx", graph.toBytes(card.toMetadata()));
  }

  private static Ref conv(GraphBuilder graph, String name, Ref x, int inputs, float... weights) {
    Shape shape = Shape.of(weights.length / inputs, inputs, 1, 1);
    return graph.node(
        Operator.CONV,
        name,
        List.of(x, graph.constant(name + ".weight", new Tensor(shape, weights))),
        Attribute.of("kernel_shape", List.of(1L, 1L)));
  }

  /** From black to white, in an order that leaves both halves with all of it. */
  private static List<SampleImage> greys() {
    return IntStream.range(0, IMAGES)
        .map(i -> (i * 37) % IMAGES * 2)
        .<SampleImage>mapToObj(Grey::new)
        .toList();
  }

  private record Grey(int level) implements SampleImage {
    @Override
    public String name() {
      return "grey " + level;
    }

    @Override
    public byte[] read() {
      return TinyModels.png(0x010101 * level, TinyModels.SIDE, TinyModels.SIDE);
    }
  }
}
