package io.repvit.export;

import static io.repvit.testing.Closeness.assertClose;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.inference.ModelCard;
import io.repvit.inference.OnnxProbe;
import io.repvit.inference.OnnxProbe.Optimisation;
import io.repvit.model.Fixtures;
import io.repvit.model.RepVitVariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exported files against PyTorch; see {@code src/test/python/golden_model.py}. */
class GoldenExportTest {
  private static final int BATCH = 4;

  @TempDir private Path folder;

  static List<RepVitVariant> networks() {
    return List.of(Fixtures.CURRENT_TWO_HEADS, Fixtures.LEGACY_ONE_HEAD);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aBatchHasPyTorchsOutputs(RepVitVariant variant) throws IOException {
    Checkpoint golden = Fixtures.read(variant.id() + "_golden");
    float[] pixels = values(golden, "pixels");
    var outputs = run(export(variant), pixels, BATCH);
    assertClose(values(golden, "logits"), output(outputs, ModelCard.LOGITS));
    assertClose(values(golden, "embedding"), output(outputs, ModelCard.EMBEDDING));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void eachImageAloneHasPyTorchsOutputs(RepVitVariant variant) throws IOException {
    Checkpoint golden = Fixtures.read(variant.id() + "_golden");
    float[] pixels = values(golden, "pixels");
    float[] logits = values(golden, "logits");
    byte[] model = export(variant);
    for (int i = 0; i < BATCH; i++) {
      var outputs = run(model, row(pixels, i), 1);
      assertClose(row(logits, i), output(outputs, ModelCard.LOGITS));
    }
  }

  private byte[] export(RepVitVariant variant) throws IOException {
    Path file = folder.resolve("m.onnx");
    new Exporter()
        .export(
            Fixtures.read(variant.id()),
            variant,
            Fixtures.LABELS,
            TimmPreprocessing.square(Fixtures.SIDE),
            file);
    return Files.readAllBytes(file);
  }

  private static Map<String, float[]> run(byte[] model, float[] pixels, int batch) {
    return OnnxProbe.run(
        model, Optimisation.ALL, ModelCard.INPUT, pixels, batch, 3, Fixtures.SIDE, Fixtures.SIDE);
  }

  private static float[] output(Map<String, float[]> outputs, String name) {
    return Objects.requireNonNull(outputs.get(name), name);
  }

  private static float[] values(Checkpoint golden, String name) {
    return golden.take(name, golden.shape(name)).values();
  }

  private static float[] row(float[] values, int i) {
    int length = values.length / BATCH;
    return Arrays.copyOfRange(values, i * length, (i + 1) * length);
  }
}
