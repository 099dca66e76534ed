package io.repvit.testing;

import io.repvit.export.Exporter;
import io.repvit.export.TimmPreprocessing;
import io.repvit.image.Preprocessing;
import io.repvit.image.Preprocessing.Interpolation;
import io.repvit.image.Rgb;
import io.repvit.inference.Gelu;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Origin;
import io.repvit.inference.Precision;
import io.repvit.inference.Tensors;
import io.repvit.model.RepVitVariant;
import io.repvit.model.TokenMixerForm;
import io.repvit.onnx.Attribute;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.Operator;
import io.repvit.onnx.Ref;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** Model files that load in milliseconds, and images whose numbers can be told by hand. */
public final class TinyModels {
  /** Side of every model's input, pixels. */
  public static final int SIDE = 32;

  /** What {@link #colours} tells apart. */
  public static final List<String> COLOURS = List.of("red", "green", "blue");

  private static final RepVitVariant VARIANT =
      new RepVitVariant(
          "tiny", "Tiny", List.of(8, 16, 24, 32), List.of(1, 1, 1, 1), TokenMixerForm.CURRENT);

  private TinyModels() {}

  /** A RepViT of 7 classes with pseudo-random weights, exported as any other. */
  public static ModelFile repVit() {
    return repVit(List.of("a", "b", "c", "d", "e", "f", "g"));
  }

  /** A RepViT with pseudo-random weights. */
  public static ModelFile repVit(List<String> labels) {
    try {
      Path folder = Files.createTempDirectory("tiny-model");
      Path file = folder.resolve("tiny.onnx");
      try {
        new Exporter().exportPseudoRandom(VARIANT, labels, TimmPreprocessing.square(SIDE), file);
        return ModelFile.of("tiny.onnx", Files.readAllBytes(file));
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The embedding is the mean of each channel, {@code (pixel / 255 - 0.5) / 0.1}; the logits are
   * {@code gain} times it.
   */
  public static ModelFile colours(float gain) {
    return ModelFile.of("colours.onnx", colours(gain, card(SIDE, COLOURS, 3).toMetadata()));
  }

  /** As {@link #colours(float)}, with a graph that flattens the batch as if it were one image. */
  public static byte[] ofOneImage() {
    return graph(1, 0, card(SIDE, COLOURS, 3).toMetadata());
  }

  /** The graph of {@link #colours(float)} with any metadata. */
  public static byte[] colours(float gain, Map<String, String> metadata) {
    return graph(gain, 1, metadata);
  }

  /** As {@link #colours(float)}, with an input of another size. */
  public static byte[] smaller(float gain, int side) {
    return graph(gain, 1, side, card(side, COLOURS, 3).toMetadata());
  }

  private static byte[] graph(float gain, int axis, Map<String, String> metadata) {
    return graph(gain, axis, SIDE, metadata);
  }

  private static byte[] graph(float gain, int axis, int side, Map<String, String> metadata) {
    var graph = new GraphBuilder("colours", "test 1");
    Ref pixels = graph.input(ModelCard.INPUT, 3, side, side);
    Ref pooled = graph.node(Operator.GLOBAL_AVERAGE_POOL, "pool", List.of(pixels));
    Ref flat = graph.node(Operator.FLATTEN, "flat", List.of(pooled), Attribute.of("axis", axis));
    Ref weight =
        graph.constant(
            "weight", new Tensor(Shape.of(3, 3), new float[] {gain, 0, 0, 0, gain, 0, 0, 0, gain}));
    Ref logits = graph.node(Operator.GEMM, "head", List.of(flat, weight));
    graph.output(logits, ModelCard.LOGITS, 3);
    graph.output(flat, ModelCard.EMBEDDING, 3);
    return graph.toBytes(metadata);
  }

  /** A card that fits {@link #colours} with {@link #SIDE}, {@link #COLOURS} and 3. */
  public static ModelCard card(int side, List<String> labels, int embeddingWidth) {
    var half = new Rgb(0.5, 0.5, 0.5);
    var tenth = new Rgb(0.1, 0.1, 0.1);
    return new ModelCard(
        "means",
        "colours",
        ModelCard.CLASSIFICATION,
        new Preprocessing(side, side, side, Interpolation.BICUBIC, half, tenth),
        labels,
        Tensors.standard(embeddingWidth),
        true,
        new Precision.Float32(),
        new Origin.Exported("0".repeat(64), "test 1", 0, Gelu.ERF));
  }

  /** A PNG of one colour, {@code 0xRRGGBB}; resizing leaves every pixel as it is. */
  public static byte[] png(int rgb, int width, int height) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    var bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, "png", bytes)) {
        throw new IllegalStateException("no PNG writer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
