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
 * Quantises the convolutions of a float32 model to 8-bit integers. Half of the images calibrate the
 * ranges of activations. The other half measure the loss: a file is written only if enough of their
 * labels stay the same.
 */
public final class Quantiser {

  /** The minimum number of images. With fewer, ranges and loss are not meaningful. */
  public static final int MIN_IMAGES = 64;

  /** By default, the labels of at least 95 % of the images must stay the same. */
  public static final double DEFAULT_MIN_AGREEMENT = 0.95;

  /**
   * The share of values that is clipped at each end of a range: 0.005 %. With it, the demonstration
   * model keeps 0.9964 of the labels on 10,000 training images that were not used for calibration.
   * It keeps 0.9938 without clipping or with a tenth of the share, and 0.9903 with ten times the
   * share.
   */
  static final double CUT = 5e-5;

  private final WeightBits bits;
  private final double minAgreement;

  /**
   * @param bits number of bits of the weights
   * @param minAgreement minimum share of images with the same top-1 class, 0 to 1
   * @throws IllegalArgumentException if {@code minAgreement} is out of range
   */
  public Quantiser(WeightBits bits, double minAgreement) {
    if (!(minAgreement >= 0 && minAgreement <= 1)) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "minimum agreement is %s, expected 0 to 1", minAgreement));
    }
    this.bits = bits;
    this.minAgreement = minAgreement;
  }

  /**
   * Quantises a model.
   *
   * @param model a float32 model with a card
   * @param images images that resemble those to classify, in random order
   * @param output path of the ONNX file; it is written atomically and replaces an existing file
   * @throws IllegalArgumentException if the model cannot be quantised, see {@link Int8Graph#of}
   * @throws ModelException if the model cannot be loaded or run
   * @throws ExportException if there are too few images, one cannot be decoded, or too many labels
   *     change
   * @throws IOException if images cannot be read or the file cannot be written
   */
  public QuantiseResult quantise(ModelFile model, List<SampleImage> images, Path output)
      throws IOException, ModelException {
    AtomicFile.requireFolderOf(output);
    if (images.size() < MIN_IMAGES) {
      throw new ExportException(
          String.format(
              Locale.ROOT,
              "found %d images, at least %d are needed: half to calibrate the ranges, half to measure the"
                  + " loss",
              images.size(),
              MIN_IMAGES));
    }
    var graph = Int8Graph.of(model.name(), model.bytes());
    List<SampleImage> forRanges = images.subList(0, images.size() / 2);
    List<SampleImage> heldOut = images.subList(images.size() / 2, images.size());
    try (var plain = ClassifierSession.open(model, 1);
        var loader = new SamplePixels(plain.card().preprocessing())) {
      Map<String, ValueRange> ranges = ranges(model, graph, forRanges, loader);
      Sample sample = loader.sample();
      ModelCard card = plain.card();
      byte[] unverified = graph.quantised(ranges, bits, card.toMetadata());
      Loss loss = loss(plain, ModelFile.of(model.name(), unverified), heldOut, loader);
      if (loss.agreement() < minAgreement) {
        throw new ExportException(
            String.format(
                Locale.ROOT,
                "int8 changes the label of %.4f of the %d held-out images, at most %.4f is accepted;"
                    + " nothing was written",
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
              "%s: the float32 model computes '%s' with the %s; nothing was written",
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
