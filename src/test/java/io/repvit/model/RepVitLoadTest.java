package io.repvit.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointException;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RepVitLoadTest {
  private static final String STEM = "stem.conv1.c.weight";

  @Test
  void theNumberOfClassesIsTheCheckpoints() throws IOException {
    RepVit network = RepVit.load(Fixtures.read("current_two_heads"), Fixtures.CURRENT_TWO_HEADS);
    assertEquals(5, network.classes());
  }

  @Test
  void aWrongVariantIsToldByWhatWasFoundAndWhatItHas() throws IOException {
    assertMessage(
        "current_two_heads.safetensors: widths [8, 16, 40] and depths [2, 1, 3] do not match"
            + " RepViT-M0.9, which has widths [48, 96, 192, 384] and depths [2, 2, 14, 2]; omit"
            + " --variant to detect it",
        changed(t -> {}),
        RepVitVariant.M0_9);
  }

  @Test
  void aTensorOfAnotherShapeIsNamed() throws IOException {
    String wide = "stages.0.blocks.1.channel_mixer.conv1.c.weight";
    assertMessage(
        "tensor '%s' is [32,8,1,1], RepViT-Current needs [16,8,1,1]; only published"
            .formatted(wide),
        changed(t -> t.put(wide, new Tensor(Shape.of(32, 8, 1, 1), new float[256]))),
        Fixtures.CURRENT_TWO_HEADS);
  }

  @Test
  void aMissingTensorIsNamed() throws IOException {
    assertMessage(
        "current_two_heads.safetensors: tensor 'stem.conv1.c.weight' is missing, expected shape"
            + " [4,3,3,3]",
        changed(t -> t.remove(STEM)),
        Fixtures.CURRENT_TWO_HEADS);
  }

  @Test
  void aMissingHeadIsNamed() throws IOException {
    assertMessage(
        "tensor 'head.head.l.weight' is missing",
        changed(t -> t.remove("head.head.l.weight")),
        Fixtures.CURRENT_TWO_HEADS);
  }

  @Test
  void aLeftOverTensorIsNamed() throws IOException {
    assertMessage(
        "has 1 tensors that the network does not use: 'stem.conv3.c.weight'; is it a",
        changed(t -> t.put("stem.conv3.c.weight", new Tensor(Shape.of(1), new float[1]))),
        Fixtures.CURRENT_TWO_HEADS);
  }

  @Test
  void aBlockBehindAGapIsLeftOver() throws IOException {
    assertMessage(
        "that the network does not use: 'stages.2.blocks.4.conv'",
        changed(t -> t.put("stages.2.blocks.4.conv", new Tensor(Shape.of(1), new float[1]))),
        Fixtures.CURRENT_TWO_HEADS);
  }

  @Test
  void aCounterWithoutItsNormIsLeftOver() throws IOException {
    assertMessage(
        "'stem.conv9.bn.num_batches_tracked'",
        changed(
            t -> t.put("stem.conv9.bn.num_batches_tracked", new Tensor(Shape.of(), new float[1]))),
        Fixtures.CURRENT_TWO_HEADS);
  }

  @Test
  void aNegativeVarianceIsRefused() throws IOException {
    assertMessage(
        "stem.conv1.bn: running_var has the negative value -1.0",
        changed(
            t ->
                t.put(
                    "stem.conv1.bn.running_var",
                    new Tensor(Shape.of(4), new float[] {1, 1, -1, 1}))),
        Fixtures.CURRENT_TWO_HEADS);
  }

  @Test
  void aTensorCannotBeTakenTwice() throws IOException {
    Checkpoint checkpoint = changed(t -> {});
    checkpoint.take(STEM, Shape.of(4, 3, 3, 3));
    var e =
        assertThrows(CheckpointException.class, () -> checkpoint.take(STEM, Shape.of(4, 3, 3, 3)));
    assertTrue(String.valueOf(e.getMessage()).contains("is used by two layers"), e.getMessage());
  }

  private static void assertMessage(String part, Checkpoint checkpoint, RepVitVariant variant) {
    var e = assertThrows(CheckpointException.class, () -> RepVit.load(checkpoint, variant));
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }

  private static Checkpoint changed(Consumer<Map<String, Tensor>> change) throws IOException {
    Checkpoint whole = Fixtures.read("current_two_heads");
    Map<String, Tensor> tensors = new HashMap<>();
    for (String name : whole.names()) {
      tensors.put(name, whole.take(name, whole.shape(name)));
    }
    change.accept(tensors);
    return new Checkpoint(whole.name(), whole.sha256(), tensors);
  }
}
