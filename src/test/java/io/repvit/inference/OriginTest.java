package io.repvit.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.testing.TinyModels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The card of a model whose classifier was replaced. */
class OriginTest {
  private static final ModelCard CARD = TinyModels.card(32, TinyModels.COLOURS, 3);

  private static final List<String> LABELS =
      List.of("T-shirt, “long”", "<b>&\"'", "größe 大", " two  spaces ");

  private static ModelCard probed(Origin base) {
    return CARD.withClassifier(LABELS, new Origin.Probed(base, "ab".repeat(32), 400, 1e-3));
  }

  @Test
  void theCardOfAProbeReadsBackAsItWasWritten() {
    ModelCard card = probed(CARD.origin());
    assertEquals(card, ModelCard.fromMetadata(card.toMetadata()));
    ModelCard ofSideFile = probed(new Origin.SideFile("cd".repeat(32)));
    assertEquals(ofSideFile, ModelCard.fromMetadata(ofSideFile.toMetadata()));
  }

  @Test
  void aProbeOfAProbeNamesTheFileBeforeIt() {
    var first = (Origin.Probed) probed(CARD.origin()).origin();
    var second = new Origin.Probed(first, "ef".repeat(32), 10, 1);
    assertEquals(CARD.origin(), second.base());
    assertEquals("ef".repeat(32), second.baseSha256());
  }

  @ParameterizedTest
  @CsvSource({"images, 0", "images, many", "regularisation, -1", "regularisation, NaN"})
  void whatIsMalformedOfAProbeIsRefused(String key, String value) {
    Map<String, String> metadata = new HashMap<>(probed(CARD.origin()).toMetadata());
    metadata.put("repvit.probe." + key, value);
    assertThrows(IllegalArgumentException.class, () -> ModelCard.fromMetadata(metadata));
  }
}
