package io.repvit.inference;

import io.repvit.image.Preprocessing;
import io.repvit.image.Preprocessing.Interpolation;
import io.repvit.image.Rgb;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All it takes to use a model file, kept inside it as ONNX {@code metadata_props}.
 *
 * @param architecture the network family, for example {@code repvit}
 * @param variant the member of the family, for example {@code repvit_m0_9}
 * @param task what the outputs mean; {@code image-classification}
 * @param preprocessing how pixels become the input
 * @param labels class names by logit index
 * @param embeddingWidth values of the pooled features per image
 * @param checkpointSha256 hash of the file the weights came from, lower-case hex
 * @param exporter name and version of the program that wrote the file
 * @param fused whether BatchNorm and parallel branches are folded into plain convolutions
 * @param fusionError largest |fused - unfused| logit over the largest |logit|, measured at export
 */
public record ModelCard(
    String architecture,
    String variant,
    String task,
    Preprocessing preprocessing,
    List<String> labels,
    int embeddingWidth,
    String checkpointSha256,
    String exporter,
    boolean fused,
    double fusionError) {

  /** The one task of this version. */
  public static final String CLASSIFICATION = "image-classification";

  /** Name of the input, float32 {@code [N, 3, height, width]}, RGB, normalised. */
  public static final String INPUT = "pixels";

  /** Name of the output float32 {@code [N, classes]}, before softmax. */
  public static final String LOGITS = "logits";

  /** Name of the output float32 {@code [N, embeddingWidth]}, pooled features. */
  public static final String EMBEDDING = "embedding";

  private static final String PREFIX = "repvit.";

  public ModelCard {
    labels = List.copyOf(labels);
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("labels are empty, a classifier needs at least one class");
    }
    if (embeddingWidth < 1) {
      throw new IllegalArgumentException("embedding width is " + embeddingWidth + ", must be >= 1");
    }
    if (!task.equals(CLASSIFICATION)) {
      throw new IllegalArgumentException(
          "task is '" + task + "', this version runs '" + CLASSIFICATION + "'");
    }
  }

  /** The card as ONNX {@code metadata_props}, in a fixed order. */
  public Map<String, String> toMetadata() {
    var m = new LinkedHashMap<String, String>();
    m.put(PREFIX + "architecture", architecture);
    m.put(PREFIX + "variant", variant);
    m.put(PREFIX + "task", task);
    m.put(PREFIX + "input.height", Integer.toString(preprocessing.height()));
    m.put(PREFIX + "input.width", Integer.toString(preprocessing.width()));
    m.put(PREFIX + "input.layout", "NCHW,RGB");
    m.put(PREFIX + "resize.short", Integer.toString(preprocessing.resizeShort()));
    m.put(PREFIX + "resize.interpolation", preprocessing.interpolation().name());
    m.put(PREFIX + "mean", text(preprocessing.mean()));
    m.put(PREFIX + "std", text(preprocessing.std()));
    m.put(PREFIX + "labels", String.join("\n", labels));
    m.put(PREFIX + "embedding.width", Integer.toString(embeddingWidth));
    m.put(PREFIX + "checkpoint.sha256", checkpointSha256);
    m.put(PREFIX + "exporter", exporter);
    m.put(PREFIX + "fused", Boolean.toString(fused));
    m.put(PREFIX + "fusion.error", Double.toString(fusionError));
    return m;
  }

  /**
   * Reads a card.
   *
   * @param metadata the file's {@code metadata_props}
   * @throws IllegalArgumentException naming the key that is missing or malformed
   */
  public static ModelCard fromMetadata(Map<String, String> metadata) {
    String layout = value(metadata, "input.layout");
    if (!layout.equals("NCHW,RGB")) {
      throw malformed("input.layout", layout, "NCHW,RGB");
    }
    var preprocessing =
        new Preprocessing(
            integer(metadata, "input.height"),
            integer(metadata, "input.width"),
            integer(metadata, "resize.short"),
            interpolation(value(metadata, "resize.interpolation")),
            rgb(metadata, "mean"),
            rgb(metadata, "std"));
    return new ModelCard(
        value(metadata, "architecture"),
        value(metadata, "variant"),
        value(metadata, "task"),
        preprocessing,
        List.of(value(metadata, "labels").split("\n", -1)),
        integer(metadata, "embedding.width"),
        value(metadata, "checkpoint.sha256"),
        value(metadata, "exporter"),
        bool(metadata, "fused"),
        number(value(metadata, "fusion.error"), "fusion.error"));
  }

  private static String text(Rgb c) {
    return c.red() + "," + c.green() + "," + c.blue();
  }

  private static String value(Map<String, String> metadata, String key) {
    String v = metadata.get(PREFIX + key);
    if (v == null) {
      throw new IllegalArgumentException(
          "the model has no card entry '%s%s'; export it with 'repvit export'"
              .formatted(PREFIX, key));
    }
    return v;
  }

  private static int integer(Map<String, String> metadata, String key) {
    String v = value(metadata, key);
    try {
      return Integer.parseInt(v);
    } catch (NumberFormatException e) {
      throw malformed(key, v, "a whole number");
    }
  }

  private static double number(String v, String key) {
    try {
      return Double.parseDouble(v);
    } catch (NumberFormatException e) {
      throw malformed(key, v, "a number");
    }
  }

  private static boolean bool(Map<String, String> metadata, String key) {
    String v = value(metadata, key);
    return switch (v) {
      case "true" -> true;
      case "false" -> false;
      default -> throw malformed(key, v, "true or false");
    };
  }

  private static Interpolation interpolation(String v) {
    for (Interpolation i : Interpolation.values()) {
      if (i.name().equals(v)) {
        return i;
      }
    }
    throw malformed("resize.interpolation", v, "one of " + List.of(Interpolation.values()));
  }

  private static Rgb rgb(Map<String, String> metadata, String key) {
    String v = value(metadata, key);
    String[] parts = v.split(",", -1);
    if (parts.length != 3) {
      throw malformed(key, v, "three numbers separated by commas");
    }
    return new Rgb(number(parts[0], key), number(parts[1], key), number(parts[2], key));
  }

  private static IllegalArgumentException malformed(String key, String found, String expected) {
    return new IllegalArgumentException(
        "card entry '%s%s' is '%s', expected %s".formatted(PREFIX, key, found, expected));
  }
}
