package io.repvit.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointException;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecognitionTest {
  private static final int CLASSES = 3;

  static Stream<RepVitVariant> variants() {
    return RepVitVariant.all().stream();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void everyVariantIsRecognisedInBothLayouts(RepVitVariant variant) {
    for (KeyLayout keys : List.of(new TimmKeys(), new AuthorsKeys(variant.depths()))) {
      var weights = PseudoRandomWeights.of(variant);
      Checkpoint checkpoint = PseudoRandomCheckpoint.of(weights, variant, keys, CLASSES);
      Recognition recognition = Recognition.of(checkpoint);
      assertEquals(keys, recognition.keys());
      assertEquals(variant, recognition.variant());
      assertEquals(CLASSES, RepVit.load(checkpoint, variant).classes());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "repvit_m0_9, LEGACY,  repvit_m1",
    "repvit_m1,   CURRENT, repvit_m0_9",
    "repvit_m1_1, LEGACY,  repvit_m2",
    "repvit_m2,   CURRENT, repvit_m1_1",
    "repvit_m0_6, LEGACY,  repvit_m0_6",
    "repvit_m3,   CURRENT, repvit_m3"
  })
  void theTokenMixerDecidesBetweenVariantsOfOneSize(
      String trained, TokenMixerForm form, String recognised) {
    RepVitVariant variant = RepVitVariant.byId(trained);
    var weights = new PseudoRandomWeights(form, 1);
    Checkpoint checkpoint =
        PseudoRandomCheckpoint.of(weights, variant, new AuthorsKeys(variant.depths()), CLASSES);
    assertEquals(form, Recognition.of(checkpoint).form());
    assertEquals(RepVitVariant.byId(recognised), Recognition.of(checkpoint).variant());
    assertEquals(CLASSES, RepVit.load(checkpoint, variant).classes());
  }

  @Test
  void aCustomNetworkIsRefusedWithTheNearestVariants() {
    var shallow =
        new RepVitVariant(
            "s", "s", List.of(48, 96, 192, 384), List.of(2, 2, 9, 2), TokenMixerForm.CURRENT);
    for (KeyLayout keys : List.of(new TimmKeys(), new AuthorsKeys(shallow.depths()))) {
      Checkpoint checkpoint =
          PseudoRandomCheckpoint.of(PseudoRandomWeights.of(shallow), shallow, keys, CLASSES);
      assertRefused(
          ": widths [48, 96, 192, 384] and depths [2, 2, 9, 2] match no published RepViT; the nearest"
              + " are repvit_m0_9 with widths [48, 96, 192, 384] and depths [2, 2, 14, 2] and"
              + " repvit_m1 with",
          () -> Recognition.of(checkpoint).variant());
    }
  }

  @Test
  void fewerStagesAreRefusedToo() {
    Checkpoint checkpoint =
        PseudoRandomCheckpoint.of(
            PseudoRandomWeights.of(Fixtures.LEGACY_ONE_HEAD),
            Fixtures.LEGACY_ONE_HEAD,
            new TimmKeys(),
            CLASSES);
    assertRefused(
        "widths [16, 24] and depths [1, 2] match no published RepViT; the nearest are repvit_m0_6",
        () -> Recognition.of(checkpoint).variant());
  }

  @ParameterizedTest
  @CsvSource({"stages.0.blocks.0.token_mixer.weight", "features.1.token_mixer.0.weight"})
  void aFoldedCheckpointIsRefused(String tokenMixer) {
    assertRefused(
        "x.pth: tensor '%s' is a token mixer that is already folded, so the fold cannot be verified;"
                .formatted(tokenMixer)
            + " pass the checkpoint in training form",
        () -> Recognition.of(checkpoint(tokenMixer)));
  }

  @Test
  void anotherNetworkIsRefusedByItsNames() {
    assertRefused(
        "x.pth: is not a RepViT checkpoint: no tensor name begins with"
            + " 'stages.0.blocks.0.token_mixer.' (timm) or 'features.1.token_mixer.' (authors), the"
            + " first of 4 names are ['bn1.bias',"
            + " 'bn1.weight', 'conv1.weight']; pass a RepViT classifier in training form",
        () -> Recognition.of(checkpoint("conv1.weight", "bn1.weight", "bn1.bias", "fc.weight")));
  }

  @Test
  void aDetectorIsNoClassifier() {
    assertRefused(
        "x.pth: 1 of 2 tensor names do not begin with the network's prefix 'backbone.':"
            + " 'neck.conv.weight'; save only the network's state dict",
        () ->
            Recognition.of(
                checkpoint("backbone.features.1.token_mixer.0.conv.c.weight", "neck.conv.weight")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"module.", "_orig_mod.", "model.", "net.", "model._orig_mod.module.", "a.b-c.1."})
  void whateverPrecedesTheFirstKnownKeyIsLeftOff(String prefix) {
    RepVitVariant variant = RepVitVariant.M0_6;
    for (KeyLayout keys : List.of(new TimmKeys(), new AuthorsKeys(variant.depths()))) {
      Map<String, Tensor> wrapped = new HashMap<>();
      PseudoRandomCheckpoint.tensors(PseudoRandomWeights.of(variant), variant, keys, CLASSES)
          .forEach((name, tensor) -> wrapped.put(prefix + name, tensor));
      var checkpoint = new Checkpoint("x.pth", "0".repeat(64), wrapped);
      assertEquals(variant, Recognition.of(checkpoint).variant());
      assertEquals(CLASSES, RepVit.load(checkpoint, variant).classes());
      assertEquals("x.pth (prefix '" + prefix + "')", Wrappers.strip(checkpoint).name());
      wrapped.put("criterion.weight", new Tensor(Shape.of(1), new float[1]));
      assertRefused(
          "tensor names do not begin with the network's prefix '"
              + prefix
              + "': 'criterion.weight'",
          () -> Recognition.of(new Checkpoint("x.pth", "0".repeat(64), wrapped)));
    }
  }

  @Test
  void severalNetworksInOneFileAreRefused() {
    assertRefused(
        "x.pth: has several networks, with the prefixes ['ema.module.', 'model.']; save only one of them",
        () ->
            Recognition.of(
                checkpoint(
                    "model.features.1.token_mixer.0.conv.c.weight",
                    "ema.module.features.1.token_mixer.0.conv.c.weight")));
  }

  @Test
  void aNetworkWithoutAHeadIsRefusedByTheNameOfWhatIsMissing() {
    Map<String, Tensor> tensors =
        PseudoRandomCheckpoint.tensors(
            PseudoRandomWeights.of(RepVitVariant.M0_6),
            RepVitVariant.M0_6,
            new TimmKeys(),
            CLASSES);
    tensors.keySet().removeIf(name -> name.startsWith("head."));
    assertRefused(
        "x.pth: tensor 'head.head.l.weight' is missing, so the network has no classifier head",
        () -> RepVit.load(new Checkpoint("x.pth", "0".repeat(64), tensors), RepVitVariant.M0_6));
  }

  @Test
  void aStemThatIsNoConvolutionIsRefused() {
    assertRefused(
        "x.pth: tensor 'features.0.2.c.weight' is [1], expected [out,in,k,k]",
        () ->
            Recognition.of(
                checkpoint("features.0.2.c.weight", "features.1.token_mixer.0.conv.c.weight")));
  }

  private static Checkpoint checkpoint(String... names) {
    Map<String, Tensor> tensors = new HashMap<>();
    Arrays.stream(names).forEach(n -> tensors.put(n, new Tensor(Shape.of(1), new float[1])));
    return new Checkpoint("x.pth", "0".repeat(64), tensors);
  }

  private static void assertRefused(String part, Runnable action) {
    var e = assertThrows(CheckpointException.class, action::run);
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }
}
