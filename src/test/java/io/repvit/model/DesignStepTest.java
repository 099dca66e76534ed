package io.repvit.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.model.Design.Downsampling;
import io.repvit.model.Design.Row;
import io.repvit.model.Design.Stage;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DesignStepTest {
  private static final int SIDE = 224;
  private static final int CLASSES = 1000;

  /**
   * timm's {@code mobilenetv3_large_100} has 5,483,032 parameters; the paper's table says 219 M.
   */
  @Test
  void stepZeroHasMobileNetV3sPublishedSize() {
    Cost cost = trained(DesignStep.MOBILE_NET_V3).cost(SIDE, SIDE);
    assertEquals(5_483_032, cost.parameters());
    assertEquals(0.219, cost.macs() / 1e9, 0.003);
  }

  @Test
  void theLastStepHasTheSizeOfM09() {
    Cost cost = trained(DesignStep.CROSS_BLOCK_SE).fuse().cost(SIDE, SIDE);
    assertEquals(new Cost(5_067_056, cost.macs()), cost);
    assertEquals(0.816, cost.macs() / 1e9, 0.0005);
  }

  @ParameterizedTest
  @CsvSource({
    "MOBILE_NET_V3,      16 24 40 80 112 160, 1 2 5 2,  3 5",
    "EXPANSION,          16 24 40 80 112 160, 1 2 5 2,  3 5",
    "WIDTHS,             16 48 96 192 384,    1 2 5 2,  3 5",
    "EARLY_CONVOLUTIONS, 48 96 192 384,       1 2 5 2,  3 5",
    "SIMPLE_CLASSIFIER,  48 96 192 384,       1 2 5 2,  3 5",
    "STAGE_RATIO,        48 96 192 384,       2 2 14 2, 3 5",
    "KERNELS,            48 96 192 384,       2 2 14 2, 3",
  })
  void widthsDepthsAndKernelsAreThoseOfThePaper(
      DesignStep step, String widths, String depths, String kernels) {
    var stages = step.design().stages();
    var stem =
        step.design().stem() == Design.Stem.MOBILE_NET ? Stream.of(16) : Stream.<Integer>of();
    assertEquals(widths, join(Stream.concat(stem, rows(stages).map(Row::width))));
    assertEquals(
        depths, String.join(" ", stages.stream().map(s -> "" + s.blocks().size()).toList()));
    assertEquals(kernels, join(rows(stages).map(Row::kernel)));
  }

  @ParameterizedTest
  @EnumSource(
      names = {"MOBILE_NET_V3", "SEPARATE_MIXERS"},
      mode = EnumSource.Mode.EXCLUDE)
  void theExpansionIsTwoFromStep2a(DesignStep step) {
    assertTrue(rows(step.design().stages()).allMatch(row -> row.expansion() == 2));
  }

  @Test
  void squeezeExciteStaysInTheLaterBlocksUntilTheLastStep() {
    assertEquals("--, ++, ---------+++++, ++", squeezeExcite(DesignStep.STAGE_RATIO));
    assertEquals("+-, +-, +-+-+-+-+-+-+-, +-", squeezeExcite(DesignStep.CROSS_BLOCK_SE));
  }

  @Test
  void aBlockThatKeepsWidthAndResolutionHasAResidual() {
    List<Layer> layers = trained(DesignStep.SEPARATE_MIXERS).layers();
    long transitions = layers.stream().filter(RepVitTransition.class::isInstance).count();
    long blocks = layers.stream().filter(RepVitBlock.class::isInstance).count();
    // Of 14 blocks behind the separable convolution, four have stride 2 and one goes 80 to 112.
    assertEquals(5, transitions);
    assertEquals(9, blocks);
  }

  @ParameterizedTest
  @CsvSource({"18, 24", "30, 32", "184, 184", "6, 8", "10, 16", "3, 8"})
  void widthsAreRoundedAsInMobileNet(double channels, int rounded) {
    assertEquals(rounded, Design.divisible(channels));
  }

  @Test
  void theDeeperDownsamplingNeedsSeparateMixers() {
    Design design = DesignStep.MOBILE_NET_V3.design();
    assertThrows(IllegalArgumentException.class, () -> design.with(Downsampling.DEEPER));
  }

  private static DesignNetwork trained(DesignStep step) {
    return DesignNetwork.load(new PseudoRandomWeights(TokenMixerForm.CURRENT, 1), step, CLASSES);
  }

  private static Stream<Row> rows(List<Stage> stages) {
    return stages.stream().flatMap(s -> Stream.concat(Stream.of(s.entry()), s.blocks().stream()));
  }

  private static String join(Stream<Integer> values) {
    return String.join(" ", values.distinct().map(v -> "" + v).toList());
  }

  private static String squeezeExcite(DesignStep step) {
    return String.join(
        ", ",
        step.design().stages().stream()
            .map(
                s ->
                    String.join(
                        "", s.blocks().stream().map(r -> r.squeezeExcite() ? "+" : "-").toList()))
            .toList());
  }
}
