package io.repvit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.CheckpointReader;
import io.repvit.inference.Gelu;
import io.repvit.inference.ModelCard;
import io.repvit.inference.OnnxProbe;
import io.repvit.inference.OnnxProbe.Optimisation;
import io.repvit.inference.Origin;
import io.repvit.model.RepVitVariant;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.OnnxSummary;
import io.repvit.onnx.Ref;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeluTest {
  /** Last places of float32 at the values of -6 to 6. */
  private static final double TOLERANCE = 2e-6;

  @TempDir private Path folder;

  @Test
  void tanhIsTheFormulaOfItsName() {
    float[] x = new float[241];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - 120) / 20f;
    }
    var graph = new GraphBuilder("gelu", "test 1");
    Ref input = graph.input("x", x.length);
    graph.output(new OnnxOps(graph, Gelu.TANH).gelu(input), "y", x.length);
    float[] y =
        Objects.requireNonNull(
            OnnxProbe.run(graph.toBytes(Map.of()), Optimisation.ALL, "x", x, 1, x.length).get("y"));
    for (int i = 0; i < x.length; i++) {
      double v = x[i];
      double inner = Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v);
      assertEquals(v / 2 * (1 + Math.tanh(inner)), y[i], TOLERANCE);
    }
  }

  @Test
  void theCardNamesTanhAndTheReportItsEffect() throws IOException {
    ExportResult result = export(Gelu.TANH);
    ModelCard card =
        ModelCard.fromMetadata(
            OnnxSummary.of("m.onnx", Files.readAllBytes(result.file())).metadata());
    assertEquals("tanh", card.toMetadata().get("repvit.gelu"));
    var origin = assertInstanceOf(Origin.Exported.class, card.origin());
    assertEquals(Gelu.TANH, origin.gelu());
    assertTrue(result.geluEffect() > 1e-5 && result.geluEffect() < 0.1, "" + result.geluEffect());
    // Product and proof have the same GELU, or this would be as large as its effect.
    assertTrue(result.agreement().logits() < result.geluEffect() / 10);
  }

  @Test
  void exactGeluIsWhatACardMeansThatSaysNothing() throws IOException {
    ExportResult result = export(Gelu.ERF);
    Map<String, String> metadata =
        OnnxSummary.of("m.onnx", Files.readAllBytes(result.file())).metadata();
    assertTrue(!metadata.containsKey("repvit.gelu"));
    var origin = assertInstanceOf(Origin.Exported.class, ModelCard.fromMetadata(metadata).origin());
    assertEquals(Gelu.ERF, origin.gelu());
    assertEquals(0, result.geluEffect());
  }

  private ExportResult export(Gelu gelu) throws IOException {
    Path demo = Path.of("src/demo");
    return new Exporter(gelu)
        .export(
            CheckpointReader.read(demo.resolve("model/repvit_m0_6_fashion_mnist.safetensors")),
            RepVitVariant.M0_6,
            Files.readAllLines(demo.resolve("fashion-mnist-labels.txt")),
            TimmPreprocessing.square(64, 64),
            folder.resolve("m.onnx"));
  }
}
