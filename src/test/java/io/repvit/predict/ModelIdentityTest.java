package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.repvit.image.Animated;
import io.repvit.image.DecodeOptions;
import io.repvit.image.JpegScaling;
import io.repvit.image.Orientation;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Origin;
import io.repvit.testing.TinyModels;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The fingerprint decides what later runs leave out. When one of the values below changes, every
 * image of every data set is scored again: a new value must be wanted.
 */
class ModelIdentityTest {
  private static final ModelFile FILE = ModelFile.of("m.onnx", new byte[] {1, 2, 3});
  private static final ModelCard CARD = TinyModels.card(32, TinyModels.COLOURS, 3);

  @ParameterizedTest
  @CsvSource({
    "EXIF, FULL, REFUSE, 1e319eba80648e37",
    "IGNORE, FULL, REFUSE, 8428f3f154143e79",
    "EXIF, DCT, REFUSE, 654690efa47e305f",
    "IGNORE, DCT, REFUSE, a42572f65fd84873",
    "EXIF, FULL, FIRST, bf34376eef3df3ff",
  })
  void theFingerprintOfOneTreatmentStaysTheSame(
      Orientation orientation, JpegScaling scaling, Animated animated, String fingerprint) {
    var decoding = new DecodeOptions(orientation, scaling, animated);
    assertEquals(fingerprint, ModelIdentity.of(FILE, CARD, decoding).preprocessing());
  }

  @Test
  void whatStandsInACardBesideTheModelIsPartOfIt() {
    String expected = "f277bfe56e9d03db";
    assertEquals(expected, beside(TinyModels.COLOURS));
    assertNotEquals(expected, beside(List.of("red", "green", "violet")));
  }

  private static String beside(List<String> labels) {
    ModelCard card = TinyModels.card(32, labels, 3);
    var aside =
        new ModelCard(
            card.architecture(),
            card.variant(),
            card.task(),
            card.preprocessing(),
            card.labels(),
            card.tensors(),
            card.fused(),
            card.precision(),
            new Origin.SideFile("0".repeat(64)));
    return ModelIdentity.of(FILE, aside, DecodeOptions.DEFAULT).preprocessing();
  }
}
