package io.repvit.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.model.PseudoRandomWeights.Form;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepVitVariantTest {
  private static final int SIDE = 224;
  private static final int CLASSES = 1000;

  @ParameterizedTest
  @CsvSource({
    "repvit_m0_6,  2468072, 0.385, CURRENT",
    "repvit_m0_9,  5067056, 0.816, CURRENT",
    "repvit_m1_0,  6810312, 1.106, CURRENT",
    "repvit_m1_1,  8244312, 1.337, CURRENT",
    "repvit_m1_5, 14049992, 2.274, CURRENT",
    "repvit_m2_3, 22926792, 4.516, CURRENT",
    "repvit_m1,    5067056, 0.816, LEGACY",
    "repvit_m2,    8244312, 1.337, LEGACY",
    "repvit_m3,   10115720, 1.859, LEGACY"
  })
  void theFusedNetworkHasThePublishedSize(String id, long parameters, double gmacs, Form form) {
    Cost cost = network(id, new PseudoRandomWeights(form, 1)).fuse().cost(SIDE, SIDE);
    assertEquals(parameters, cost.parameters());
    assertEquals(gmacs, cost.macs() / 1e9, 0.0005);
  }

  @ParameterizedTest
  @CsvSource({
    "repvit_m0_9,  5489328",
    "repvit_m1_0,  7302796",
    "repvit_m1_1,  8802912",
    "repvit_m1_5, 14644432",
    "repvit_m2_3, 23688792"
  })
  void theTrainingFormHasThePublishedSize(String id, long parameters) {
    Cost cost = network(id, new PseudoRandomWeights(Form.CURRENT, 2)).cost(SIDE, SIDE);
    assertEquals(parameters, cost.parameters());
  }

  @ParameterizedTest
  @CsvSource({
    "40,8", "48,16", "56,16", "64,16", "80,24", "96,24", "112,32", "128,32", "160,40", "192,48",
    "224,56", "256,64", "320,80", "8,8"
  })
  void squeezeExciteReducesAsInTimm(int channels, int reduced) {
    assertEquals(reduced, SqueezeExcite.reduced(channels));
  }

  @Test
  void anUnknownIdIsRefusedWithTheKnownOnes() {
    var e = assertThrows(IllegalArgumentException.class, () -> RepVitVariant.byId("repvit_m9"));
    assertTrue(String.valueOf(e.getMessage()).contains("'repvit_m9'"), e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains("repvit_m0_9"), e.getMessage());
  }

  @Test
  void anOddWidthIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new RepVitVariant("x", "x", List.of(7), List.of(1)));
  }

  @Test
  void asManyDepthsAsWidthsAreNeeded() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RepVitVariant("x", "x", List.of(8, 16), List.of(1)));
  }

  private static RepVit network(String id, PseudoRandomWeights weights) {
    return RepVit.load(weights, RepVitVariant.byId(id), new TimmKeys(), CLASSES);
  }
}
