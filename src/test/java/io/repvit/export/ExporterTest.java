package io.repvit.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.InferredShapes;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Origin;
import io.repvit.model.Fixtures;
import io.repvit.model.Linear;
import io.repvit.model.RepVit;
import io.repvit.model.RepVitStage;
import io.repvit.model.RepVitVariant;
import io.repvit.onnx.Macs;
import io.repvit.onnx.OnnxSummary;
import io.repvit.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExporterTest {
  private static final RepVitVariant VARIANT = Fixtures.CURRENT_TWO_HEADS;

  @TempDir private Path folder;

  @Test
  void theFileHoldsOnlyFoldedLayersAndItsCard() throws IOException {
    ExportResult result = export(new Exporter(), Fixtures.LABELS);
    OnnxSummary summary = summary(result);
    assertTrue(summary.fused());
    assertEquals(1, summary.operators().get("Gemm"));
    assertEquals(result.cost().parameters(), summary.parameters());
    assertEquals(
        new Macs.Known(result.cost().macs()),
        InferredShapes.macs(ModelFile.of("m.onnx", Files.readAllBytes(result.file()))));
    assertEquals(result.card(), ModelCard.fromMetadata(summary.metadata()));
    assertEquals(Fixtures.LABELS, result.card().labels());
    var origin = assertInstanceOf(Origin.Exported.class, result.card().origin());
    assertEquals(Fixtures.read(VARIANT.id()).sha256(), origin.checkpointSha256());
    assertTrue(origin.fusionError() > 0 && origin.fusionError() < 1e-5);
  }

  private static OnnxSummary summary(ExportResult result) throws IOException {
    return OnnxSummary.of("m.onnx", Files.readAllBytes(result.file()));
  }

  @Test
  void twoExportsGiveTheSameBytes() throws IOException {
    byte[] first = Files.readAllBytes(export(new Exporter(), Fixtures.LABELS).file());
    byte[] second = Files.readAllBytes(export(new Exporter(), Fixtures.LABELS).file());
    assertArrayEquals(first, second);
  }

  @Test
  void aFoldWithAWrongHeadBiasIsRefused() throws IOException {
    assertRefused(
        "output 'logits' of the fused network differs from the unfused one by",
        net -> {
          RepVit good = net.fuse();
          Linear head = (Linear) good.head();
          float[] bias = head.bias().values().clone();
          bias[0] += 1;
          var broken =
              new Linear(head.name(), head.weight(), new Tensor(head.bias().shape(), bias));
          return new RepVit(good.stem(), good.stages(), broken);
        });
  }

  @Test
  void aFoldThatLosesABlockIsRefused() throws IOException {
    // The last block of the last stage; shapes still fit, so nothing but the outputs can tell.
    assertRefused(
        "of the fused network differs from the unfused one by",
        net -> {
          RepVit good = net.fuse();
          var last = good.stages().get(2);
          var shorter = new RepVitStage(last.downsample(), last.blocks().subList(0, 2));
          return new RepVit(
              good.stem(),
              List.of(good.stages().get(0), good.stages().get(1), shorter),
              good.head());
        });
  }

  @Test
  void aNetworkThatWasNotFoldedIsRefused() throws IOException {
    assertRefused(
        "has 44 BatchNormalization, 9 parallel branches, 0 training-only nodes", net -> net);
  }

  @Test
  void aMissingFolderIsToldBeforeTheWork() throws IOException {
    Path file = folder.resolve("none").resolve("m.onnx");
    var e =
        assertThrows(
            ExportException.class,
            () ->
                new Exporter()
                    .export(
                        Fixtures.read(VARIANT.id()),
                        VARIANT,
                        Fixtures.LABELS,
                        TimmPreprocessing.square(Fixtures.SIDE),
                        file));
    assertTrue(String.valueOf(e.getMessage()).contains("is not a folder"), e.getMessage());
    assertNothingWritten();
  }

  @Test
  void outputsThatAreNotFiniteAreRefused() throws IOException {
    assertRefused(
        "of the fused network has the value NaN",
        net -> {
          RepVit good = net.fuse();
          Linear head = (Linear) good.head();
          float[] bias = head.bias().values().clone();
          bias[1] = Float.NaN;
          var broken =
              new Linear(head.name(), head.weight(), new Tensor(head.bias().shape(), bias));
          return new RepVit(good.stem(), good.stages(), broken);
        });
  }

  @Test
  void labelsAndClassesMustAgree() throws IOException {
    var e =
        assertThrows(ExportException.class, () -> export(new Exporter(), List.of("ant", "bee")));
    assertEquals(
        "current_two_heads.safetensors has 5 classes, found 2 labels; pass one label per class, in"
            + " the order of the logits",
        e.getMessage());
    assertNothingWritten();
  }

  @Test
  void pseudoRandomWeightsOfAPublishedVariantExport() throws IOException {
    ExportResult result =
        new Exporter()
            .exportPseudoRandom(
                RepVitVariant.M0_6,
                Fixtures.LABELS,
                TimmPreprocessing.square(32),
                folder.resolve("m.onnx"));
    assertEquals("repvit_m0_6", result.card().variant());
    assertTrue(summary(result).fused());
  }

  @Test
  void theProducerIsThePomsVersion() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String name = Exporter.PRODUCER.split(" ", 2)[0];
    String version = Exporter.PRODUCER.split(" ", 2)[1];
    assertTrue(
        pom.contains("<artifactId>" + name + "</artifactId>\n  <version>" + version + "</version>"),
        Exporter.PRODUCER);
  }

  @Test
  void timmsShortSideFollowsFromTheCrop() {
    assertEquals(235, TimmPreprocessing.square(224).resizeShort());
    assertThrows(IllegalArgumentException.class, () -> TimmPreprocessing.square(100));
  }

  private void assertRefused(String message, UnaryOperator<RepVit> fold) throws IOException {
    var e = assertThrows(ExportException.class, () -> export(new Exporter(fold), Fixtures.LABELS));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    assertNothingWritten();
  }

  private void assertNothingWritten() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(), files.toList());
    }
  }

  private ExportResult export(Exporter exporter, List<String> labels) throws IOException {
    return exporter.export(
        Fixtures.read(VARIANT.id()),
        VARIANT,
        labels,
        TimmPreprocessing.square(Fixtures.SIDE),
        folder.resolve("m.onnx"));
  }
}
