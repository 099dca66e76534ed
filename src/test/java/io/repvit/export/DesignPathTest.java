package io.repvit.export;

import static io.repvit.testing.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.TensorSource;
import io.repvit.image.Preprocessing;
import io.repvit.inference.InferredShapes;
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
import io.repvit.tensor.Tensor;
import io.repvit.testing.Closeness;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The design path's graphs against PyTorch: the first as timm has it, see {@code
 * golden_mobilenet.py}, those between as {@code golden_design_path.py} states them.
 */
@Tag("slow")
class DesignPathTest {
  private static final PseudoRandomWeights WEIGHTS =
      new PseudoRandomWeights(TokenMixerForm.CURRENT, 1);
  private static final Preprocessing FULL = TimmPreprocessing.square(224);
  private static final Preprocessing SMALL = TimmPreprocessing.square(64);
  private static final int CLASSES = 1000;
  private static final int BATCH = 4;
  private static final float PIXEL_SCALE = 20;
  private static final int TWIN_BATCH = 2;
  private static final int TWIN_SIDE = 96;
  private static final int TWIN_CLASSES = 20;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepZeroHasTheOutputsOfTimmsMobileNetV3(boolean fused) throws IOException {
    Network trained = network(DesignStep.MOBILE_NET_V3);
    byte[] model = bytes(fused ? trained.fuse() : trained, FULL);
    float[] pixels = pixels(BATCH, 224);
    var outputs =
        OnnxProbe.run(model, Optimisation.ALL, ModelCard.INPUT, pixels, BATCH, 3, 224, 224);
    Checkpoint golden = Fixtures.read("mobilenetv3_large_golden");
    for (String name : new String[] {ModelCard.LOGITS, ModelCard.EMBEDDING}) {
      float[] expected = golden.take(name, golden.shape(name)).values();
      float[] actual = Objects.requireNonNull(outputs.get(name));
      assertClose(expected, actual);
    }
  }

  /** The others were never released: a second statement of them, in PyTorch. */
  @ParameterizedTest
  @EnumSource(
      names = {"MOBILE_NET_V3", "CROSS_BLOCK_SE"},
      mode = EnumSource.Mode.EXCLUDE)
  void everyStepBetweenHasTheOutputsOfItsTwin(DesignStep step) throws IOException {
    float[] pixels = pixels(TWIN_BATCH, TWIN_SIDE);
    Checkpoint golden = Fixtures.read("design_path_golden");
    float gain = golden.take(step.number() + "/gain", Shape.of(1)).values()[0];
    float[] logits = twin(golden, step, ModelCard.LOGITS);
    float[] embedding = twin(golden, step, ModelCard.EMBEDDING);
    Network trained = DesignNetwork.load(new Louder(gain), step, TWIN_CLASSES);
    for (Network network : List.of(trained, trained.fuse())) {
      byte[] model = bytes(network, TimmPreprocessing.square(TWIN_SIDE));
      long[] shape = {TWIN_BATCH, 3, TWIN_SIDE, TWIN_SIDE};
      var outputs = OnnxProbe.run(model, Optimisation.ALL, ModelCard.INPUT, pixels, shape);
      assertClose(logits, Objects.requireNonNull(outputs.get(ModelCard.LOGITS)));
      assertClose(embedding, Objects.requireNonNull(outputs.get(ModelCard.EMBEDDING)));
    }
  }

  private static float[] twin(Checkpoint golden, DesignStep step, String output) {
    String name = step.number() + "/" + output;
    return golden.take(name, golden.shape(name)).values();
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
    assertEquals(new Macs.Known(forms.cost().macs()), InferredShapes.macs(forms.fused()));
  }

  /** Otherwise images fade on their way, and no output would tell one network from another. */
  private record Louder(float gain) implements TensorSource {
    @Override
    public String name() {
      return WEIGHTS.name();
    }

    @Override
    public String sha256() {
      return WEIGHTS.sha256();
    }

    @Override
    public boolean has(String tensor) {
      return WEIGHTS.has(tensor);
    }

    @Override
    public Tensor take(String tensor, Shape needed) {
      Tensor t = WEIGHTS.take(tensor, needed);
      if (tensor.endsWith("bn.weight") && !tensor.endsWith("token_mixer.bn.weight")) {
        for (int i = 0; i < t.values().length; i++) {
          t.values()[i] *= gain;
        }
      }
      return t;
    }

    @Override
    public void ignore(String tensor) {}

    @Override
    public void requireAllTaken() {}
  }

  private static float[] pixels(int images, int side) {
    float[] pixels = WEIGHTS.take("pixels", Shape.of(images, 3, side, side)).values();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] *= PIXEL_SCALE;
    }
    return pixels;
  }

  private static Network network(DesignStep step) {
    return DesignNetwork.load(WEIGHTS, step, CLASSES);
  }

  private static byte[] bytes(Network network, Preprocessing preprocessing) {
    return OnnxEmitter.emit("network", network, preprocessing).toBytes(Map.of());
  }
}
