package io.repvit.export;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageException;
import io.repvit.image.ImageLimits;
import io.repvit.image.Orientation;
import io.repvit.image.Preprocessing;
import io.repvit.image.Preprocessing.Interpolation;
import io.repvit.image.Resampler;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.OnnxProbe;
import io.repvit.inference.OnnxProbe.Optimisation;
import io.repvit.model.AuthorsKeys;
import io.repvit.model.Fixtures;
import io.repvit.model.KeyLayout;
import io.repvit.model.PseudoRandomWeights;
import io.repvit.model.RepVit;
import io.repvit.model.RepVitVariant;
import io.repvit.model.TimmKeys;
import io.repvit.model.TokenMixerForm;
import io.repvit.testing.Closeness;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Exports every variant with pseudo-random weights and compares the files with PyTorch's answers,
 * which {@code src/test/python/golden_variants.py} wrote. As a command it prints the differences:
 *
 * <pre>
 * mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath.txt
 * ORT_DISABLE_TELEMETRY=1 java --add-modules jdk.incubator.vector \
 *     -cp target/classes:target/test-classes:$(cat target/test-classpath.txt) io.repvit.export.VariantParity
 * </pre>
 */
final class VariantParity {
  private static final String GOLDEN = "variants";
  private static final Path PHOTOGRAPHS = Path.of("src/demo/photographs");
  private static final List<String> NAMES =
      List.of("astronaut.jpg", "chelsea.png", "coffee.jpg", "rocket.jpg");

  private VariantParity() {}

  /**
   * A network whose answers are known.
   *
   * @param name of its tensors in the golden file: layout, variant, form, heads, size
   */
  record Case(
      String name, KeyLayout keys, RepVitVariant variant, PseudoRandomWeights weights, Size size) {
    static Case of(String name) {
      String[] parts = name.split("/", -1);
      RepVitVariant variant = RepVitVariant.byId(parts[1]);
      KeyLayout keys =
          switch (parts[0]) {
            case "timm" -> new TimmKeys();
            case "authors" -> new AuthorsKeys(variant.depths());
            default -> throw new IllegalStateException("layout " + parts[0]);
          };
      var weights =
          new PseudoRandomWeights(TokenMixerForm.valueOf(parts[2]), Integer.parseInt(parts[3]));
      return new Case(name, keys, variant, weights, Size.of(parts[4]));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Rows and columns of the input. */
  record Size(int height, int width) {
    static Size of(String text) {
      String[] sides = text.split("x", -1);
      return new Size(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
    }

    Preprocessing preprocessing() {
      int resizeShort = (int) Math.floor(Math.max(height, width) / 0.95);
      return new Preprocessing(
          height,
          width,
          resizeShort,
          Interpolation.BICUBIC,
          TimmPreprocessing.MEAN,
          TimmPreprocessing.STD);
    }
  }

  /**
   * What was measured, each as the largest difference over the largest value of PyTorch.
   *
   * @param fold fused against unfused logits, the exporter's own proof
   * @param together all images in one batch against PyTorch: logits and embedding
   * @param alone each image in a batch of its own against PyTorch
   * @param rewritten all in one batch, squeeze-excite kept in blocks, against PyTorch
   */
  record Differences(double fold, Agreement together, Agreement alone, Agreement rewritten) {}

  static List<Case> cases() throws IOException {
    return Fixtures.read(GOLDEN).names().stream()
        .filter(n -> n.endsWith("/" + ModelCard.LOGITS))
        .map(n -> Case.of(n.substring(0, n.lastIndexOf('/'))))
        .toList();
  }

  static Differences measure(Case c, Path folder)
      throws IOException, ImageException, ModelException {
    float[] logits = golden(c, ModelCard.LOGITS);
    float[] embedding = golden(c, ModelCard.EMBEDDING);
    int classes = logits.length / NAMES.size();
    RepVit network = RepVit.load(c.weights(), c.variant(), c.keys(), classes);
    List<String> labels = IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    Path file = folder.resolve("m.onnx");
    ExportResult result =
        new Exporter()
            .export(network, c.weights(), c.variant(), labels, c.size().preprocessing(), file);
    byte[] model = Files.readAllBytes(file);
    float[] pixels = pixels(c.size().preprocessing());
    float[][] together = run(model, c.size(), pixels);
    float[][] alone = {new float[logits.length], new float[embedding.length]};
    for (int i = 0; i < NAMES.size(); i++) {
      float[][] one = run(model, c.size(), row(pixels, i));
      System.arraycopy(one[0], 0, alone[0], i * one[0].length, one[0].length);
      System.arraycopy(one[1], 0, alone[1], i * one[1].length, one[1].length);
    }
    float[][] rewritten = rewritten(model, pixels);
    return new Differences(
        result.agreement().logits(),
        difference(logits, embedding, together),
        difference(logits, embedding, alone),
        difference(logits, embedding, rewritten));
  }

  private static Agreement difference(float[] logits, float[] embedding, float[][] found) {
    return new Agreement(
        Closeness.difference(logits, found[0]), Closeness.difference(embedding, found[1]));
  }

  /** Logits and embeddings of the session that a job runs. */
  private static float[][] rewritten(byte[] model, float[] pixels) throws ModelException {
    int images = NAMES.size();
    try (var session = ClassifierSession.open(ModelFile.of("m.onnx", model), 1, images);
        ImageBatch batch = session.newBatch(images)) {
      assertTrue(session.isRewritten());
      for (int i = 0; i < images; i++) {
        batch.pixels(i).put(row(pixels, i));
      }
      session.run(batch);
      var logits = FloatBuffer.allocate(images * batch.logits(0).remaining());
      int width = Objects.requireNonNull(batch.embedding(0)).length;
      var embeddings = FloatBuffer.allocate(images * width);
      for (int i = 0; i < images; i++) {
        logits.put(batch.logits(i));
        embeddings.put(Objects.requireNonNull(batch.embedding(i)));
      }
      return new float[][] {logits.array(), embeddings.array()};
    }
  }

  private static float[] golden(Case c, String output) throws IOException {
    Checkpoint golden = Fixtures.read(GOLDEN);
    String name = c.name() + "/" + output;
    return golden.take(name, golden.shape(name)).values();
  }

  /** The photographs as the product reads them. */
  private static float[] pixels(Preprocessing preprocessing) throws IOException, ImageException {
    var all = FloatBuffer.allocate(NAMES.size() * preprocessing.values());
    var resampler = new Resampler(preprocessing);
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      for (String name : NAMES) {
        byte[] bytes = Files.readAllBytes(PHOTOGRAPHS.resolve(name));
        resampler.resize(decoder.decode(bytes, 0, bytes.length), all);
      }
    }
    return all.array();
  }

  private static float[] row(float[] values, int i) {
    int length = values.length / NAMES.size();
    return Arrays.copyOfRange(values, i * length, (i + 1) * length);
  }

  /** Logits and embeddings. */
  private static float[][] run(byte[] model, Size size, float[] pixels) {
    int batch = pixels.length / (3 * size.height() * size.width());
    var outputs =
        OnnxProbe.run(
            model,
            Optimisation.ALL,
            ModelCard.INPUT,
            pixels,
            batch,
            3,
            size.height(),
            size.width());
    return new float[][] {
      Objects.requireNonNull(outputs.get(ModelCard.LOGITS)),
      Objects.requireNonNull(outputs.get(ModelCard.EMBEDDING))
    };
  }

  public static void main(String[] arguments) throws IOException, ImageException, ModelException {
    Path folder = Files.createTempDirectory("parity");
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(
        "| network | fold | logits, batch 4 | batch 1 | rewritten | embedding, batch 4 | batch 1 |"
            + " rewritten |");
    out.println("|---|---|---|---|---|---|---|---|");
    for (Case c : cases()) {
      Differences d = measure(c, folder);
      out.printf(
          "| %s | %.1e | %.1e | %.1e | %.1e | %.1e | %.1e | %.1e |%n",
          c,
          d.fold(),
          d.together().logits(),
          d.alone().logits(),
          d.rewritten().logits(),
          d.together().embedding(),
          d.alone().embedding(),
          d.rewritten().embedding());
    }
    Files.delete(folder.resolve("m.onnx"));
    Files.delete(folder);
  }
}
