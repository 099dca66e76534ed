package io.repvit.cli;

import static io.repvit.testing.Closeness.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointReader;
import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageLimits;
import io.repvit.image.Orientation;
import io.repvit.image.Resampler;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelFile;
import io.repvit.predict.ModelLoader;
import io.repvit.predict.SideCard;
import io.repvit.testing.ForeignModels;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of torch.onnx with a side file, against PyTorch on the same photographs. */
@Tag("slow")
class ForeignModelTest {
  static final List<String> NAMES = ForeignModels.RUN;

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("NAMES")
  void logitsAndEmbeddingsAreThoseOfPyTorch(String name) throws Exception {
    List<Path> photographs = photographs();
    ModelFile model = ForeignModels.model(name);
    var card = SideCard.load(ForeignModels.card(name).toString(), new Configuration());
    ModelFile carded = card.applyTo(model, ModelLoader.summary(model));
    Checkpoint golden = CheckpointReader.read(ForeignModels.FOLDER.resolve("expected.safetensors"));
    try (var session = ClassifierSession.open(carded, 1);
        var batch = session.newBatch(photographs.size());
        var decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      var resampler = new Resampler(session.card().preprocessing());
      for (int i = 0; i < photographs.size(); i++) {
        byte[] encoded = Files.readAllBytes(photographs.get(i));
        resampler.resize(decoder.decode(ByteBuffer.wrap(encoded)), batch.pixels(i));
      }
      session.run(batch);
      assertClose(values(golden, name + ".logits"), logits(batch));
      assertClose(values(golden, name + ".embedding"), embeddings(batch));
    }
  }

  /** MobileNetV3's scales, among hard sigmoids and swishes, in batches of their own size. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 10})
  void aForeignSqueezeExciteIsRewrittenAndAnswersTheSame(int size) throws Exception {
    ModelFile model = ForeignModels.model("mobilenetv3");
    var card = SideCard.load(ForeignModels.card("mobilenetv3").toString(), new Configuration());
    ModelFile carded = card.applyTo(model, ModelLoader.summary(model));
    try (var plain = ClassifierSession.open(carded, 1);
        var rewritten = ClassifierSession.open(carded, 1, size);
        var expected = plain.newBatch(size);
        var found = rewritten.newBatch(size)) {
      assertTrue(rewritten.isRewritten());
      expected.fill(size);
      found.fill(size);
      plain.run(expected);
      rewritten.run(found);
      double difference = found.difference(expected);
      assertTrue(difference <= 1e-6, "batch %d: %g".formatted(size, difference));
    }
  }

  @Test
  void aRunWritesPyTorchsLabelsAndWarnsOfWhatIsUnfused() throws Exception {
    Path output = folder.resolve("unfused");
    Cli.Ended ended = classify("repvit_dynamo", ForeignModels.card("repvit_dynamo"), output).done();
    assertTrue(
        ended
            .err()
            .contains(
                "warning: repvit_dynamo.onnx is unfused: 6 BatchNormalization, 5 parallel branches,"
                    + " 0 training-only nodes"),
        ended.err());
    assertEquals(labels("repvit_dynamo"), labelsByName(output));
    var card = Tables.manifest(output).get("card");
    assertEquals("false", card.get("repvit.fused").asText());
    assertEquals(
        sha256(ForeignModels.card("repvit_dynamo")), card.get("repvit.card.sha256").asText());
  }

  @Test
  void aFusedModelGivesNoWarningAndItsRowsNameTheFilesHash() throws Exception {
    Path output = folder.resolve("fused");
    Cli.Ended ended = classify("resnet", ForeignModels.card("resnet"), output).done();
    assertTrue(!ended.err().contains("warning"), ended.err());
    assertEquals(labels("resnet"), labelsByName(output));
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(List.of("resnet", sha256(ForeignModels.onnx("resnet")), 16L)),
          tables.rows("select distinct model, model_sha256, len(embedding) from predictions"));
    }
  }

  @Test
  void aCardWithoutEmbeddingLeavesTheColumnNull() throws Exception {
    Path card =
        Files.writeString(
            folder.resolve("logits-only.conf"),
            Files.readString(ForeignModels.card("resnet")).replaceAll("embedding .*", ""));
    Path output = folder.resolve("logits-only");
    classify("resnet", card, output).done();
    assertEquals(labels("resnet"), labelsByName(output));
    try (Tables tables = Tables.open(output)) {
      assertEquals(photographs().size(), tables.count("predictions", "embedding is null"));
    }
  }

  /** Otherwise rows of different meaning would look alike. */
  @Test
  void theCardChangesTheFingerprintButNotTheModelsHash() throws Exception {
    String text = Files.readString(ForeignModels.card("resnet"));
    String before = fingerprint(text, "same");
    assertEquals(before, fingerprint("# a remark\n" + text, "remark"));
    assertNotEquals(before, fingerprint(text.replace("\"cat\"", "\"dog\""), "label"));
    assertNotEquals(before, fingerprint(text.replace("short = 67", "short = 68"), "resize"));
    assertNotEquals(before, fingerprint(text.replaceAll("embedding .*", ""), "tensors"));
  }

  private String fingerprint(String card, String name) throws Exception {
    Path file = Files.writeString(folder.resolve(name + ".conf"), card);
    Path output = folder.resolve(name);
    classify("resnet", file, output).done();
    var model = Tables.manifest(output).get("model");
    assertEquals(sha256(ForeignModels.onnx("resnet")), model.get("model_sha256").asText());
    return model.get("preprocessing").asText();
  }

  private Cli.Ended classify(String name, Path card, Path output) throws Exception {
    Path input = folder.resolve("input");
    if (!Files.exists(input)) {
      Files.createDirectory(input);
      for (Path photograph : photographs()) {
        Files.copy(photograph, input.resolve(photograph.getFileName()));
      }
    }
    return Cli.classify(
        input, output, "--model", ForeignModels.onnx(name).toString(), "--card", card.toString());
  }

  private static List<Path> photographs() throws Exception {
    return Samples.children(Samples.PHOTOGRAPHS).stream()
        .filter(p -> !p.toString().endsWith(".md"))
        .toList();
  }

  /** PyTorch's best class by file name. */
  private static Map<String, String> labels(String name) throws Exception {
    var golden = CheckpointReader.read(ForeignModels.FOLDER.resolve("expected.safetensors"));
    float[] logits = values(golden, name + ".logits");
    var names = List.of("cat", "clock", "cup", "cloud", "crane, the bird");
    var labels = new TreeMap<String, String>();
    for (Path photograph : photographs()) {
      int row = labels.size() * names.size();
      int best = 0;
      for (int c = 1; c < names.size(); c++) {
        best = logits[row + c] > logits[row + best] ? c : best;
      }
      labels.put(photograph.getFileName().toString(), names.get(best));
    }
    return labels;
  }

  private static Map<String, String> labelsByName(Path output) throws Exception {
    var labels = new TreeMap<String, String>();
    try (Tables tables = Tables.open(output)) {
      for (List<Object> row : tables.rows("select parse_filename(path), label from predictions")) {
        assertNull(labels.put(row.get(0).toString(), row.get(1).toString()));
      }
    }
    return labels;
  }

  private static String sha256(Path file) throws Exception {
    return ModelFile.of("f", Files.readAllBytes(file)).sha256();
  }

  private static float[] values(Checkpoint golden, String name) {
    return golden.take(name, golden.shape(name)).values();
  }

  private static float[] logits(ImageBatch batch) {
    FloatBuffer all = FloatBuffer.allocate(batch.size() * batch.logits(0).remaining());
    for (int i = 0; i < batch.size(); i++) {
      all.put(batch.logits(i));
    }
    return all.array();
  }

  private static float[] embeddings(ImageBatch batch) {
    int width = Objects.requireNonNull(batch.embedding(0)).length;
    FloatBuffer all = FloatBuffer.allocate(batch.size() * width);
    for (int i = 0; i < batch.size(); i++) {
      all.put(Objects.requireNonNull(batch.embedding(i)));
    }
    return all.array();
  }
}
