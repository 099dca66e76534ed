package io.repvit.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepVitVariantTest {
  private static final int SIDE = 224;
  private static final int CLASSES = 1000;

  @ParameterizedTest
  @CsvSource({
    "repvit_m0_6,  2468072, 0.385",
    "repvit_m0_9,  5067056, 0.816",
    "repvit_m1_0,  6810312, 1.106",
    "repvit_m1_1,  8244312, 1.337",
    "repvit_m1_5, 14049992, 2.274",
    "repvit_m2_3, 22926792, 4.516",
    "repvit_m1,    5067056, 0.816",
    "repvit_m2,    8244312, 1.337",
    "repvit_m3,   10115720, 1.859"
  })
  void theFusedNetworkHasThePublishedSize(String id, long parameters, String gmacs) {
    for (TokenMixerForm form : TokenMixerForm.values()) {
      Cost cost = network(id, new PseudoRandomWeights(form, 2)).fuse().cost(SIDE, SIDE);
      assertEquals(parameters, cost.parameters());
      assertEquals(gmacs, "%.3f".formatted(cost.macs() / 1e9));
    }
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
    Cost cost = network(id, PseudoRandomWeights.of(RepVitVariant.byId(id))).cost(SIDE, SIDE);
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
    assertThrows(IllegalArgumentException.class, () -> variant(List.of(7), List.of(1)));
  }

  @Test
  void asManyDepthsAsWidthsAreNeeded() {
    assertThrows(IllegalArgumentException.class, () -> variant(List.of(8, 16), List.of(1)));
  }

  private static RepVitVariant variant(List<Integer> channels, List<Integer> depths) {
    return new RepVitVariant("x", "x", channels, depths, TokenMixerForm.CURRENT);
  }

  private static RepVit network(String id, PseudoRandomWeights weights) {
    return RepVit.load(weights, RepVitVariant.byId(id), new TimmKeys(), CLASSES);
  }
}
