package io.repvit.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.Preprocessing;
import io.repvit.image.Preprocessing.Interpolation;
import io.repvit.image.Rgb;
import io.repvit.onnx.WeightBits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardTest {
  private static final ModelCard CARD =
      card(
          List.of("tench, Tinca tinca", "größter Hai", " spaces "),
          7,
          "image-classification",
          1e-7);

  static final Set<String> KEYS = CARD.toMetadata().keySet();

  private static final Precision.Int8 INT8 =
      new Precision.Int8(
          WeightBits.SEVEN,
          "cd".repeat(32),
          new Precision.Sample(512, "ef".repeat(32)),
          new Precision.Loss(500, 0.125, 1e-3, 0.992));

  static final Set<String> INT8_KEYS =
      Set.of(
          "repvit.int8.weight-bits",
          "repvit.int8.float.sha256",
          "repvit.int8.calibration.images",
          "repvit.int8.calibration.sha256",
          "repvit.int8.compared.images",
          "repvit.int8.difference.largest",
          "repvit.int8.difference.mean",
          "repvit.int8.agreement");

  @Test
  void aCardReadsBackAsItWasWritten() {
    assertEquals(CARD, ModelCard.fromMetadata(CARD.toMetadata()));
  }

  @Test
  void aCardOfAnInt8ModelReadsBackAsItWasWritten() {
    ModelCard int8 = CARD.withPrecision(INT8);
    assertEquals(int8, ModelCard.fromMetadata(int8.toMetadata()));
    var added = new HashSet<>(int8.toMetadata().keySet());
    added.removeAll(KEYS);
    assertEquals(INT8_KEYS, added);
  }

  @Test
  void aTemperatureReadsBackAndIsKeptByCopies() {
    ModelCard warm = CARD.withTemperature(1.75);
    assertEquals("1.75", warm.toMetadata().get(ModelCard.TEMPERATURE_ENTRY));
    assertEquals(warm, ModelCard.fromMetadata(warm.toMetadata()));
    assertEquals(1.75, warm.withFused(false).withPrecision(INT8).temperature());
    assertEquals(1, CARD.temperature());
    for (String wrong : List.of("0", "-1", "NaN", "warm")) {
      Map<String, String> metadata = new HashMap<>(CARD.toMetadata());
      metadata.put(ModelCard.TEMPERATURE_ENTRY, wrong);
      var e = assertThrows(IllegalArgumentException.class, () -> ModelCard.fromMetadata(metadata));
      assertTrue(String.valueOf(e.getMessage()).contains("temperature"), e.getMessage());
    }
  }

  @ParameterizedTest
  @FieldSource("INT8_KEYS")
  void whatIsMissingOfInt8IsNamed(String key) {
    Map<String, String> metadata = new HashMap<>(CARD.withPrecision(INT8).toMetadata());
    metadata.remove(key);
    if (key.equals("repvit.int8.weight-bits")) {
      assertEquals(CARD, ModelCard.fromMetadata(metadata));
    } else {
      var e = assertThrows(IllegalArgumentException.class, () -> ModelCard.fromMetadata(metadata));
      assertTrue(String.valueOf(e.getMessage()).contains("'" + key + "'"), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "weight-bits, 9",
    "calibration.images, 0",
    "compared.images, none",
    "difference.largest, 1e-5",
    "difference.mean, -1",
    "agreement, 1.5",
    "agreement, NaN",
  })
  void whatIsMalformedOfInt8IsRefused(String key, String value) {
    Map<String, String> metadata = new HashMap<>(CARD.withPrecision(INT8).toMetadata());
    metadata.put("repvit.int8." + key, value);
    assertThrows(IllegalArgumentException.class, () -> ModelCard.fromMetadata(metadata));
  }

  @Test
  void theKeysOfTheFileAreThese() {
    assertEquals(
        Set.of(
            "repvit.architecture",
            "repvit.variant",
            "repvit.task",
            "repvit.input.height",
            "repvit.input.width",
            "repvit.input.layout",
            "repvit.resize.short",
            "repvit.resize.interpolation",
            "repvit.mean",
            "repvit.std",
            "repvit.labels",
            "repvit.embedding.width",
            "repvit.checkpoint.sha256",
            "repvit.exporter",
            "repvit.fused",
            "repvit.fusion.error"),
        KEYS);
  }

  @Test
  void otherProgramsEntriesAreLeftAlone() {
    Map<String, String> metadata = new HashMap<>(CARD.toMetadata());
    metadata.put("author", "somebody");
    assertEquals(CARD, ModelCard.fromMetadata(metadata));
  }

  @ParameterizedTest
  @FieldSource("KEYS")
  void aMissingKeyIsNamed(String key) {
    Map<String, String> metadata = new HashMap<>(CARD.toMetadata());
    metadata.remove(key);
    var e = assertThrows(IllegalArgumentException.class, () -> ModelCard.fromMetadata(metadata));
    assertTrue(String.valueOf(e.getMessage()).contains("'" + key + "'"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "task                 | object-detection",
        "input.height         | tall",
        "input.height         | 0",
        "input.height         | 4097",
        "input.width          | 32.0",
        "input.width          | -32",
        "input.width          | 99999999999",
        "input.layout         | NHWC,RGB",
        "resize.short         | ''",
        "resize.short         | 63",
        "resize.interpolation | bicubic",
        "mean                 | 0.5",
        "mean                 | 0.5,0.5,",
        "mean                 | 0.5,NaN,0.5",
        "mean                 | 0.5,0.5,0.5,0.5",
        "std                  | 0.5,0.5,Infinity",
        "std                  | 0.5,0,0.5",
        "std                  | 0.5,0.5,-1",
        "labels               | ''",
        "embedding.width      | 0",
        "embedding.width      | wide",
        "fused                | TRUE",
        "fusion.error         | small",
        "fusion.error         | NaN",
        "fusion.error         | -1",
        "gelu                 | quick",
      })
  void aMalformedValueIsRefusedByItsKey(String key, String value) {
    Map<String, String> metadata = new HashMap<>(CARD.toMetadata());
    metadata.put("repvit." + key, value);
    var e = assertThrows(IllegalArgumentException.class, () -> ModelCard.fromMetadata(metadata));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(key), message);
    assertTrue(message.contains(value), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat\ndog", "cat\r", "\n", "", "   "})
  void aLabelThatWouldNotReadBackIsRefused(String label) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> card(List.of("ant", "bee", label), 7, ModelCard.CLASSIFICATION, 0));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("labels: number 2 (from 0) is '"), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void twoClassesOfOneNameAreRefused() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> card(List.of("ant", "crane", "crane"), 7, ModelCard.CLASSIFICATION, 0));
    assertEquals(
        "labels: numbers 1 and 2 (from 0) are both 'crane', expected distinct labels; rename one",
        e.getMessage());
  }

  @Test
  void aCardWithoutLabelsIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> card(List.of(), 7, ModelCard.CLASSIFICATION, 0));
  }

  @Test
  void aCardWithoutEmbeddingIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> card(List.of("a"), 0, ModelCard.CLASSIFICATION, 0));
  }

  private static ModelCard card(List<String> labels, int width, String task, double fusionError) {
    return new ModelCard(
        "repvit",
        "repvit_m0_9",
        task,
        new Preprocessing(
            32,
            64,
            70,
            Interpolation.BICUBIC,
            new Rgb(0.485, 0.456, 1 / 3.0),
            new Rgb(0.229, 1e-3, 12)),
        labels,
        Tensors.standard(width),
        true,
        new Precision.Float32(),
        new Origin.Exported("ab".repeat(32), "repvit-spark 1", fusionError, Gelu.ERF));
  }
}
