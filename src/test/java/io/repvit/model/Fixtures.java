package io.repvit.model;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The networks that {@code src/test/python/golden_model.py} writes. */
public final class Fixtures {
  public static final RepVitVariant CURRENT_TWO_HEADS =
      new RepVitVariant(
          "current_two_heads",
          "RepViT-Current",
          List.of(8, 16, 40),
          List.of(2, 1, 3),
          TokenMixerForm.CURRENT);
  public static final RepVitVariant LEGACY_ONE_HEAD =
      new RepVitVariant(
          "legacy_one_head",
          "RepViT-Legacy",
          List.of(16, 24),
          List.of(1, 2),
          TokenMixerForm.LEGACY);
  public static final int SIDE = 32;
  public static final List<String> LABELS = List.of("ant", "bee", "cat", "dog", "eel");

  private Fixtures() {}

  /** A file of {@code src/test/resources/model}, without its ending. */
  public static Path path(String name) {
    var url = Fixtures.class.getResource("/model/" + name + ".safetensors");
    try {
      return Path.of(Objects.requireNonNull(url, name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public static Checkpoint read(String name) throws IOException {
    return CheckpointReader.read(path(name));
  }
}
