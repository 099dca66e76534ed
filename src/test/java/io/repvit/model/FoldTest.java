package io.repvit.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.TensorSource;
import io.repvit.model.DoubleOps.Map3;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FoldTest {
  private static final int CHANNELS = 8;

  /** Weights are rounded to float32 once: relative error 6e-8 each, a few terms per output. */
  private static final double TOLERANCE = 1e-6;

  private static final Loader LOADER = loader(new PseudoRandomWeights(TokenMixerForm.CURRENT, 2));
  private static final Loader LEGACY = loader(new PseudoRandomWeights(TokenMixerForm.LEGACY, 1));
  private static final KeyLayout.BlockKeys KEYS = new TimmKeys().block(0, 0);

  private static final Design.Row ROW = new Design.Row(5, 3, CHANNELS, true);
  private static final RepVitVariant SMALL =
      new RepVitVariant(
          "small", "small", List.of(CHANNELS, 16), List.of(2, 1), TokenMixerForm.CURRENT);

  private static Loader loader(TensorSource source) {
    return new Loader(source, new TimmKeys(), "small");
  }

  static Stream<Layer> layersOnMaps() {
    return Stream.of(
        ConvNorm.load(LOADER, "stem.conv1", ConvSpec.full(CHANNELS, 6, 3, 2)),
        ConvNorm.load(LOADER, "stem.conv1", ConvSpec.pointwise(CHANNELS, 6)),
        ConvNorm.load(LOADER, "stem.conv1", ConvSpec.depthwise(CHANNELS, 3, 2)),
        RepVggDw.load(LOADER, KEYS.tokenMixer(), CHANNELS, 3),
        RepVggDw.load(LEGACY, KEYS.tokenMixer(), CHANNELS, 3),
        RepVggDw.load(LOADER, KEYS.tokenMixer(), CHANNELS, 5),
        RepVitMlp.load(LOADER, KEYS.channelMixer(), CHANNELS),
        RepVitBlock.load(LOADER, KEYS, CHANNELS, true),
        RepVitBlock.load(LEGACY, KEYS, CHANNELS, false),
        RepVitDownsample.load(LOADER, 1, CHANNELS, 16),
        RepVitStage.load(LOADER, SMALL, 0),
        InvertedResidual.separable(LOADER, "stem.separable", CHANNELS),
        InvertedResidual.load(LOADER, "stages.0.blocks.0", ROW, CHANNELS, 1),
        InvertedResidual.load(LOADER, "stages.0.downsample", ROW.withWidth(16), CHANNELS, 2),
        RepVitTransition.load(LOADER, KEYS, ROW.withWidth(16), CHANNELS, 1),
        RepVitTransition.load(LOADER, KEYS, ROW.withWidth(16), CHANNELS, 2));
  }

  @ParameterizedTest
  @MethodSource("layersOnMaps")
  void theFoldedLayerComputesTheSame(Layer layer) {
    assertSame(layer, input(CHANNELS, 5));
  }

  @Test
  void oneHeadFoldsIntoOneLinear() {
    assertSame(RepVitClassifier.load(LEGACY, 16, 5), input(16, 1));
  }

  @Test
  void twoHeadsFoldIntoTheirMean() {
    var classifier = RepVitClassifier.load(LOADER, 16, 5);
    assertEquals(2, classifier.heads().size());
    assertSame(classifier, input(16, 1));
  }

  @Test
  void theKeysTellTheTrainedFormsApart() {
    assertInstanceOf(RepVggDw.class, RepVggDw.load(LOADER, KEYS.tokenMixer(), CHANNELS, 3));
    assertInstanceOf(LegacyRepVggDw.class, RepVggDw.load(LEGACY, KEYS.tokenMixer(), CHANNELS, 3));
  }

  @Test
  void squeezeExciteSitsInEveryOtherBlockFromTheFirst() {
    RepVitStage stage = RepVitStage.load(LOADER, SMALL, 0);
    assertTrue(stage.blocks().get(0).squeezeExcite().isPresent());
    assertFalse(stage.blocks().get(1).squeezeExcite().isPresent());
  }

  private static void assertSame(Layer layer, Map3 x) {
    var ops = new DoubleOps();
    Map3 trained = layer.forward(ops, x);
    Map3 folded = layer.fuse().forward(ops, x);
    double largest = 0;
    double difference = 0;
    for (int ch = 0; ch < trained.channels(); ch++) {
      for (int r = 0; r < trained.height(); r++) {
        for (int c = 0; c < trained.width(); c++) {
          double expected = trained.values()[ch][r][c];
          largest = Math.max(largest, Math.abs(expected));
          difference = Math.max(difference, Math.abs(expected - folded.values()[ch][r][c]));
        }
      }
    }
    assertTrue(largest > 0.01, "the layer yields nothing, so the test shows nothing");
    assertEquals(0, difference / largest, TOLERANCE);
  }

  private static Map3 input(int channels, int side) {
    var random = new Random(1);
    double[][][] x = new double[channels][side][side];
    for (double[][] plane : x) {
      for (double[] row : plane) {
        for (int c = 0; c < side; c++) {
          row[c] = random.nextGaussian();
        }
      }
    }
    return new Map3(x);
  }
}
