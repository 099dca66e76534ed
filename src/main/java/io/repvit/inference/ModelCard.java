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
    for (int i = 0; i < labels.size(); i++) {
      requireLabel(i, labels.get(i));
    }
    if (embeddingWidth < 1) {
      throw new IllegalArgumentException("embedding width is " + embeddingWidth + ", must be >= 1");
    }
    if (!task.equals(CLASSIFICATION)) {
      throw new IllegalArgumentException(
          "task is '" + task + "', this version runs '" + CLASSIFICATION + "'");
    }
    if (!Double.isFinite(fusionError) || fusionError < 0) {
      throw new IllegalArgumentException(
          "fusion.error is " + fusionError + ", must be finite and at least 0");
    }
  }

  /** In the file labels stand one per line. */
  private static void requireLabel(int index, String label) {
    if (label.isBlank() || label.indexOf('\n') >= 0 || label.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(
          "labels: number %d (from 0) is '%s', must be one line that is not blank"
              .formatted(index, label.replace("\n", "\\n").replace("\r", "\\r")));
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
    int height = integer(metadata, "input.height", 1, Preprocessing.MAX_SIDE);
    int width = integer(metadata, "input.width", 1, Preprocessing.MAX_SIDE);
    Rgb std = rgb(metadata, "std");
    if (Math.min(std.red(), Math.min(std.green(), std.blue())) <= 0) {
      throw malformed("std", value(metadata, "std"), "three positive numbers");
    }
    var preprocessing =
        new Preprocessing(
            height,
            width,
            integer(metadata, "resize.short", Math.max(height, width), Preprocessing.MAX_SIDE),
            interpolation(value(metadata, "resize.interpolation")),
            rgb(metadata, "mean"),
            std);
    return new ModelCard(
        value(metadata, "architecture"),
        value(metadata, "variant"),
        value(metadata, "task"),
        preprocessing,
        List.of(value(metadata, "labels").split("\n", -1)),
        integer(metadata, "embedding.width", 1, Integer.MAX_VALUE),
        value(metadata, "checkpoint.sha256"),
        value(metadata, "exporter"),
        bool(metadata, "fused"),
        number(metadata, "fusion.error"));
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

  private static int integer(Map<String, String> metadata, String key, int min, int max) {
    String v = value(metadata, key);
    try {
      int i = Integer.parseInt(v);
      if (i >= min && i <= max) {
        return i;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw malformed(key, v, "a whole number from " + min + " to " + max);
  }

  private static double number(Map<String, String> metadata, String key) {
    String v = value(metadata, key);
    try {
      double d = Double.parseDouble(v);
      if (Double.isFinite(d)) {
        return d;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw malformed(key, v, "a finite number");
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
    try {
      if (parts.length == 3) {
        return new Rgb(
            Double.parseDouble(parts[0]),
            Double.parseDouble(parts[1]),
            Double.parseDouble(parts[2]));
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw malformed(key, v, "three finite numbers separated by commas");
  }

  private static IllegalArgumentException malformed(String key, String found, String expected) {
    return new IllegalArgumentException(
        "card entry '%s%s' is '%s', expected %s".formatted(PREFIX, key, found, expected));
  }
}
