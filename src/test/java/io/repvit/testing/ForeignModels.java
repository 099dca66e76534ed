package io.repvit.testing;

import io.repvit.inference.ModelFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code src/test/python/golden_foreign.py} wrote. */
public final class ForeignModels {
  public static final Path FOLDER = Path.of("src/test/resources/foreign");

  /** The models whose outputs PyTorch computed. */
  public static final List<String> RUN =
      List.of(
          "repvit_torchscript",
          "repvit_dynamo",
          "repvit_fused_torchscript",
          "repvit_fused_dynamo",
          "repvit_legacy",
          "mobilenetv3",
          "resnet");

  private ForeignModels() {}

  public static Path onnx(String name) {
    return FOLDER.resolve(name + ".onnx");
  }

  public static Path card(String name) {
    return FOLDER.resolve(name + ".card.conf");
  }

  public static ModelFile model(String name) {
    try {
      return ModelFile.of(name + ".onnx", Files.readAllBytes(onnx(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
