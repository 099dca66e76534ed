package io.repvit.export;

import static io.repvit.testing.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.image.Preprocessing;
import io.repvit.inference.ModelCard;
import io.repvit.inference.OnnxProbe;
import io.repvit.inference.OnnxProbe.Optimisation;
import io.repvit.model.DesignNetwork;
import io.repvit.model.DesignStep;
import io.repvit.model.Fixtures;
import io.repvit.model.Network;
import io.repvit.model.PseudoRandomWeights;
import io.repvit.model.RepVit;
import io.repvit.model.RepVitVariant;
import io.repvit.model.TimmKeys;
import io.repvit.model.TokenMixerForm;
import io.repvit.onnx.Macs;
import io.repvit.onnx.OnnxSummary;
import io.repvit.tensor.Shape;
import io.repvit.testing.Closeness;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The design path's graphs; the first against PyTorch, see {@code golden_mobilenet.py}. */
class DesignPathTest {
  private static final PseudoRandomWeights WEIGHTS =
      new PseudoRandomWeights(TokenMixerForm.CURRENT, 1);
  private static final Preprocessing FULL = TimmPreprocessing.square(224);
  private static final Preprocessing SMALL = TimmPreprocessing.square(64);
  private static final int CLASSES = 1000;
  private static final int BATCH = 4;
  private static final float PIXEL_SCALE = 20;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepZeroHasTheOutputsOfTimmsMobileNetV3(boolean fused) throws IOException {
    Network trained = network(DesignStep.MOBILE_NET_V3);
    byte[] model = bytes(fused ? trained.fuse() : trained, FULL);
    float[] pixels = WEIGHTS.take("pixels", Shape.of(BATCH, 3, 224, 224)).values();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] *= PIXEL_SCALE;
    }
    var outputs =
        OnnxProbe.run(model, Optimisation.ALL, ModelCard.INPUT, pixels, BATCH, 3, 224, 224);
    Checkpoint golden = Fixtures.read("mobilenetv3_large_golden");
    for (String name : new String[] {ModelCard.LOGITS, ModelCard.EMBEDDING}) {
      float[] expected = golden.take(name, golden.shape(name)).values();
      float[] actual = Objects.requireNonNull(outputs.get(name));
      assertClose(expected, actual);
    }
  }

  @Test
  void theLastStepIsM09ByteForByte() {
    Network step = network(DesignStep.CROSS_BLOCK_SE);
    Network published = RepVit.load(WEIGHTS, RepVitVariant.M0_9, new TimmKeys(), CLASSES);
    assertArrayEquals(bytes(published, FULL), bytes(step, FULL));
    assertArrayEquals(bytes(published.fuse(), FULL), bytes(step.fuse(), FULL));
  }

  @ParameterizedTest
  @EnumSource
  void everyStepComputesTheSameFusedAndNot(DesignStep step) {
    Forms forms = Forms.of("design-path", step.number(), network(step), WEIGHTS, SMALL);
    assertTrue(forms.agreement().logits() < Closeness.TOLERANCE, () -> "" + forms.agreement());
    assertTrue(forms.agreement().embedding() < Closeness.TOLERANCE, () -> "" + forms.agreement());
    OnnxSummary fused = OnnxSummary.of("fused", forms.fused().bytes());
    OnnxSummary unfused = OnnxSummary.of("unfused", forms.unfused().bytes());
    assertTrue(fused.fused());
    assertFalse(unfused.fused());
    assertEquals(forms.cost().parameters(), fused.parameters());
    assertEquals(new Macs.Known(forms.cost().macs()), fused.macs());
  }

  private static Network network(DesignStep step) {
    return DesignNetwork.load(WEIGHTS, step, CLASSES);
  }

  private static byte[] bytes(Network network, Preprocessing preprocessing) {
    return OnnxEmitter.emit("network", network, preprocessing).toBytes(Map.of());
  }
}
