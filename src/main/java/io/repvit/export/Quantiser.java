package io.repvit.export;

import io.repvit.checkpoint.Sha256;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Precision;
import io.repvit.inference.Precision.Loss;
import io.repvit.inference.Precision.Sample;
import io.repvit.onnx.Int8Graph;
import io.repvit.onnx.ValueRange;
import io.repvit.onnx.WeightBits;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A float32 model in, the same with its convolutions on 8-bit integers out. Half of the images tell
 * the ranges of activations; the other half show what that costs, and only if it is little is a
 * file written.
 */
public final class Quantiser {

  /** Of fewer images neither the ranges nor the loss mean anything. */
  public static final int MIN_IMAGES = 64;

  /** One label in twenty may change. */
  public static final double DEFAULT_MIN_AGREEMENT = 0.95;

  /**
   * Left out at each end of a range: 0.005 %. Of the demonstration model's labels on 10,000
   * training images that gave no ranges, 0.9964 stay with it, 0.9938 with all values or ten times
   * fewer left out, 0.9903 with ten times more.
   */
  static final double CUT = 5e-5;

  private final WeightBits bits;
  private final double minAgreement;

  /**
   * @param minAgreement share of images whose best class must stay, 0 to 1
   * @throws IllegalArgumentException if it is not
   */
  public Quantiser(WeightBits bits, double minAgreement) {
    if (!(minAgreement >= 0 && minAgreement <= 1)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "least agreement is %s, must be 0 to 1", minAgreement));
    }
    this.bits = bits;
    this.minAgreement = minAgreement;
  }

  /**
   * Quantises a model.
   *
   * @param model of float32, with a card
   * @param images like those that it will see, in random order
   * @param output written whole or not at all, replaced if it is there
   * @throws IllegalArgumentException if there is nothing to quantise
   * @throws ModelException if the model cannot be used
   * @throws ExportException if images are too few or broken, or too many labels change
   * @throws IOException if images cannot be read or the file cannot be written
   */
  public QuantiseResult quantise(ModelFile model, List<SampleImage> images, Path output)
      throws IOException, ModelException {
    AtomicFile.requireFolderOf(output);
    if (images.size() < MIN_IMAGES) {
      throw new ExportException(
          String.format(
                  Locale.ROOT,
                  "found %d images, at least %d are needed: half of them for the ranges of activations, half",
                  images.size(),
                  MIN_IMAGES)
              + " to see what is lost");
    }
    var graph = Int8Graph.of(model.name(), model.bytes());
    List<SampleImage> forRanges = images.subList(0, images.size() / 2);
    List<SampleImage> heldOut = images.subList(images.size() / 2, images.size());
    try (var plain = ClassifierSession.open(model, 1);
        var loader = new SamplePixels(plain.card().preprocessing())) {
      Map<String, ValueRange> ranges = ranges(model, graph, forRanges, loader);
      Sample sample = loader.sample();
      ModelCard card = plain.card();
      byte[] unproved = graph.quantised(ranges, bits, card.toMetadata());
      Loss loss = loss(plain, ModelFile.of(model.name(), unproved), heldOut, loader);
      if (loss.agreement() < minAgreement) {
        throw new ExportException(
            String.format(
                Locale.ROOT,
                "int8 changes the label of %.4f of the %d images that it was tried on, at most %.4f is"
                    + " accepted; nothing was written",
                1 - loss.agreement(),
                loss.images(),
                1 - minAgreement));
      }
      ModelCard quantised =
          card.withPrecision(new Precision.Int8(bits, model.sha256(), sample, loss));
      byte[] file = graph.quantised(ranges, bits, quantised.toMetadata());
      AtomicFile.write(output, file);
      return new QuantiseResult(
          output, Sha256.of(file), file.length, quantised, graph.convolutions());
    }
  }

  private static Map<String, ValueRange> ranges(
      ModelFile model, Int8Graph graph, List<SampleImage> images, SamplePixels loader)
      throws IOException, ModelException {
    Set<String> values = graph.values();
    Map<String, ValueHistogram> histograms = new HashMap<>();
    values.forEach(v -> histograms.put(v, new ValueHistogram()));
    var observed = ModelFile.of(model.name(), graph.observed());
    try (var session = ClassifierSession.open(observed, 1);
        ImageBatch batch = session.newBatch(1)) {
      for (SampleImage image : images) {
        loader.load(image, batch.pixels(0));
        session.observe(batch, values, (name, v) -> add(histograms, name, v, image));
      }
    }
    Map<String, ValueRange> ranges = new HashMap<>();
    histograms.forEach((name, histogram) -> ranges.put(name, histogram.without(CUT)));
    return ranges;
  }

  private static void add(
      Map<String, ValueHistogram> histograms, String name, FloatBuffer values, SampleImage image) {
    try {
      Objects.requireNonNull(histograms.get(name)).add(values);
    } catch (IllegalArgumentException e) {
      throw new ExportException(
          String.format(
              Locale.ROOT,
              "%s: the float32 model computes '%s' with a %s; nothing was written",
              image.name(),
              name,
              e.getMessage()));
    }
  }

  private static Loss loss(
      ClassifierSession plain, ModelFile int8, List<SampleImage> images, SamplePixels loader)
      throws IOException, ModelException {
    var comparison = new LogitComparison();
    try (var session = ClassifierSession.open(int8, 1);
        ImageBatch expected = plain.newBatch(1);
        ImageBatch found = session.newBatch(1)) {
      for (SampleImage image : images) {
        loader.load(image, expected.pixels(0));
        found.pixels(0).put(expected.pixels(0));
        plain.run(expected);
        session.run(found);
        comparison.add(found.logits(0), expected.logits(0));
      }
    }
    return comparison.loss();
  }
}
