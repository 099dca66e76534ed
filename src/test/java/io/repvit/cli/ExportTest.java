package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointReader;
import io.repvit.inference.Labels;
import io.repvit.model.PseudoRandomCheckpoint;
import io.repvit.model.PseudoRandomWeights;
import io.repvit.model.RepVitVariant;
import io.repvit.model.TimmKeys;
import io.repvit.tensor.Tensor;
import io.repvit.testing.SafetensorsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
  private static final Path TEN_CLASSES =
      Path.of("src/demo/model/repvit_m0_6_fashion_mnist.safetensors");

  @TempDir private Path folder;

  @Test
  void aThousandClassesGetTheNamesOfImageNetInModelAndRows() throws Exception {
    Path checkpoint = folder.resolve("m.safetensors");
    SafetensorsFiles.write(
        PseudoRandomCheckpoint.tensors(
            PseudoRandomWeights.of(RepVitVariant.M0_6), RepVitVariant.M0_6, new TimmKeys(), 1000),
        checkpoint);
    Path model = folder.resolve("m.onnx");
    Cli.Ended exported = export(checkpoint, model, "--input-size", "64").done();
    assertEquals(
        "repvit export: --labels is not given; the 1000 classes are named by imagenet-1k",
        exported.err().strip());
    String printed = exported.out();
    assertTrue(
        printed.contains("tench, Tinca tinca, goldfish, Carassius auratus, "), () -> printed);
    assertTrue(printed.contains(", ... (1000 in total)"), () -> printed);

    Path images = folder.resolve("images");
    Samples.photographs(images);
    Files.delete(images.resolve("photographs/README.md"));
    Path output = folder.resolve("tables");
    Cli.classify(images, output, "--model", model.toString()).done();
    List<String> names = Labels.shipped(Labels.IMAGENET_1K).orElseThrow();
    try (Tables tables = Tables.open(output)) {
      List<List<Object>> rows = tables.rows("select label, label_index from predictions");
      assertEquals(10, rows.size());
      for (List<Object> row : rows) {
        assertEquals(names.get(((Number) row.get(1)).intValue()), row.get(0));
      }
    }
  }

  @Test
  void tenClassesWithoutLabelsGetTheirNumbers() throws IOException {
    Path wrapped = folder.resolve("wrapped.safetensors");
    Checkpoint plain = CheckpointReader.read(TEN_CLASSES);
    var tensors = new HashMap<String, Tensor>();
    plain.names().forEach(n -> tensors.put("model._orig_mod." + n, plain.take(n, plain.shape(n))));
    SafetensorsFiles.write(tensors, wrapped);
    Cli.Ended exported = export(wrapped, folder.resolve("m.onnx"), "--input-size", "64").done();
    assertTrue(exported.err().contains("the 10 classes are named by their index"), exported.err());
    assertTrue(exported.out().contains("0, 1, 2, 3"), exported.out());
    assertTrue(
        exported.out().contains("wrapped.safetensors (prefix 'model._orig_mod.')"), exported.out());
  }

  @Test
  void theNamesOfImageNetAreNotThoseOfTenClasses() throws IOException {
    Path model = folder.resolve("m.onnx");
    String refusal = export(TEN_CLASSES, model).refusal();
    assertTrue(refusal.contains("has 10 classes, found 1000 labels"), refusal);
    assertFalse(Files.exists(model));
  }

  @Test
  void whatCannotWorkIsRefusedBeforeTheCheckpointIsRead() {
    Path none = folder.resolve("none.pth");
    String noFolder = export(none, folder.resolve("none/m.onnx")).refusal();
    assertTrue(noFolder.contains("none is not a folder; create it first"), noFolder);
    String aFolder = export(none, folder).refusal();
    assertTrue(aFolder.contains("is a folder, expected a file name"), aFolder);
    Path model = folder.resolve("m.onnx");
    String labels = export(none, model, "--labels", folder.toString()).refusal();
    assertTrue(labels.contains("cannot be read: Is a directory"), labels);
    String size =
        export(
                none,
                model,
                "--labels",
                "imagenet-1k",
                "--input-size",
                "100",
                "--resize-short",
                "128")
            .refusal();
    assertTrue(size.contains("input size is 100, expected a multiple of 32"), size);
  }

  private static Cli.Ended export(Path checkpoint, Path model) {
    return export(checkpoint, model, "--labels", "imagenet-1k", "--input-size", "64");
  }

  private static Cli.Ended export(Path checkpoint, Path model, String... more) {
    var args =
        new ArrayList<>(
            List.of("export", "--checkpoint", checkpoint.toString(), "--output", model.toString()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }
}
