package io.repvit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Precision;
import io.repvit.onnx.OnnxSummary;
import io.repvit.onnx.WeightBits;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibratorTest {
  @TempDir Path folder;

  @Test
  void aSecondTemperatureMultipliesTheFirstAlsoOfAnInt8Model() throws Exception {
    var int8 =
        new Precision.Int8(
            WeightBits.SEVEN,
            "cd".repeat(32),
            new Precision.Sample(512, "ef".repeat(32)),
            new Precision.Loss(500, 0.125, 1e-3, 0.992));
    ModelCard card = TinyModels.card(TinyModels.SIDE, TinyModels.COLOURS, 3).withPrecision(int8);
    var model = ModelFile.of("m.onnx", TinyModels.colours(2, card.toMetadata()));
    Path first = folder.resolve("first.onnx");
    ModelFile once = Calibrator.write(model, 2, first);
    assertEquals(once.sha256(), ModelFile.of("f", Files.readAllBytes(first)).sha256());
    ModelFile twice = Calibrator.write(once, 0.75, folder.resolve("second.onnx"));
    Map<String, String> metadata = OnnxSummary.of("m", twice.bytes()).metadata();
    assertEquals(card.withTemperature(1.5).toMetadata(), metadata);
    assertEquals(card.withTemperature(1.5), ModelCard.fromMetadata(metadata));
  }

  @Test
  void aModelWithoutACardIsRefused() {
    var model = ModelFile.of("m.onnx", TinyModels.colours(2, Map.of()));
    assertThrows(ModelException.class, () -> Calibrator.write(model, 2, folder.resolve("c.onnx")));
  }
}
