package io.repvit.inference;

import io.repvit.image.Preprocessing;
import io.repvit.image.Rgb;
import io.repvit.inference.Tensors.Embedding;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All it takes to use a model file, kept inside it as ONNX {@code metadata_props}. Of a model of
 * another program it comes from a side file.
 *
 * @param architecture the network family, for example {@code repvit}
 * @param variant the member of the family, for example {@code repvit_m0_9}
 * @param task what the outputs mean; {@code image-classification}
 * @param preprocessing how pixels become the input
 * @param labels class names by logit index
 * @param tensors names of input and outputs
 * @param fused whether BatchNorm and parallel branches are folded into plain convolutions
 * @param precision the numbers it computes with
 * @param origin who says so
 */
public record ModelCard(
    String architecture,
    String variant,
    String task,
    Preprocessing preprocessing,
    List<String> labels,
    Tensors tensors,
    boolean fused,
    Precision precision,
    Origin origin) {

  /** The one task of this version. */
  public static final String CLASSIFICATION = "image-classification";

  /** Our name of the input, float32 {@code [N, 3, height, width]}, RGB, normalised. */
  public static final String INPUT = "pixels";

  /** Our name of the output float32 {@code [N, classes]}, before softmax. */
  public static final String LOGITS = "logits";

  /** Our name of the output float32 {@code [N, width]}, pooled features. */
  public static final String EMBEDDING = "embedding";

  private static final String PREFIX = "repvit.";
  private static final String LAYOUT = "NCHW,RGB";

  /** What a side file may say; the names of tensors and the embedding's width can be left out. */
  private static final Set<String> SIDE_FILE_KEYS =
      Set.of(
          "architecture",
          "variant",
          "task",
          "input.name",
          "input.height",
          "input.width",
          "input.layout",
          "resize.short",
          "resize.interpolation",
          "mean",
          "std",
          "labels",
          "logits.name",
          "embedding.name",
          "embedding.width");

  public ModelCard {
    labels = List.copyOf(labels);
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("labels are empty, a classifier needs at least one class");
    }
    for (int i = 0; i < labels.size(); i++) {
      requireLabel(i, labels.get(i));
    }
    requireDistinct(labels);
    if (!task.equals(CLASSIFICATION)) {
      throw new IllegalArgumentException(
          "task is '" + task + "', this version runs '" + CLASSIFICATION + "'");
    }
  }

  /** In the file labels stand one per line. */
  private static void requireLabel(int index, String label) {
    if (label.isBlank() || label.indexOf('\n') >= 0 || label.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "labels: number %d (from 0) is '%s', must be one line that is not blank",
              index,
              label.replace("\n", "\\n").replace("\r", "\\r")));
    }
  }

  /** Tables name classes; who evaluates them by name must not take two for one. */
  private static void requireDistinct(List<String> labels) {
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      Integer before = seen.put(labels.get(i), i);
      if (before != null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "labels: numbers %d and %d (from 0) are both '%s', must differ; make one longer",
                before,
                i,
                labels.get(i)));
      }
    }
  }

  /** This, with what the graph itself shows. */
  public ModelCard withFused(boolean fused) {
    return new ModelCard(
        architecture, variant, task, preprocessing, labels, tensors, fused, precision, origin);
  }

  /** This, of a model that computes with other numbers. */
  public ModelCard withPrecision(Precision precision) {
    return new ModelCard(
        architecture, variant, task, preprocessing, labels, tensors, fused, precision, origin);
  }

  /** The card as ONNX {@code metadata_props}, in a fixed order. */
  public Map<String, String> toMetadata() {
    var m = new LinkedHashMap<String, String>();
    m.put(PREFIX + "architecture", architecture);
    m.put(PREFIX + "variant", variant);
    m.put(PREFIX + "task", task);
    m.put(PREFIX + "input.height", Integer.toString(preprocessing.height()));
    m.put(PREFIX + "input.width", Integer.toString(preprocessing.width()));
    m.put(PREFIX + "input.layout", LAYOUT);
    m.put(PREFIX + "resize.short", Integer.toString(preprocessing.resizeShort()));
    m.put(PREFIX + "resize.interpolation", preprocessing.interpolation().name());
    m.put(PREFIX + "mean", text(preprocessing.mean()));
    m.put(PREFIX + "std", text(preprocessing.std()));
    m.put(PREFIX + "labels", String.join("\n", labels));
    tensors
        .embedding()
        .ifPresent(e -> m.put(PREFIX + "embedding.width", Integer.toString(e.width())));
    if (origin instanceof Origin.Exported exported) {
      m.put(PREFIX + "checkpoint.sha256", exported.checkpointSha256());
      m.put(PREFIX + "exporter", exported.exporter());
      m.put(PREFIX + "fused", Boolean.toString(fused));
      m.put(PREFIX + "fusion.error", Double.toString(exported.fusionError()));
      if (exported.gelu() != Gelu.ERF) {
        m.put(PREFIX + "gelu", exported.gelu().text());
      }
    } else if (origin instanceof Origin.SideFile side) {
      m.put(PREFIX + "input.name", tensors.input());
      m.put(PREFIX + "logits.name", tensors.logits());
      tensors.embedding().ifPresent(e -> m.put(PREFIX + "embedding.name", e.name()));
      m.put(PREFIX + "card.sha256", side.sha256());
      m.put(PREFIX + "fused", Boolean.toString(fused));
    }
    if (precision instanceof Precision.Int8 int8) {
      Int8Entries.of(int8).forEach((key, value) -> m.put(PREFIX + key, value));
    }
    return m;
  }

  /** Whether a file has a card, sound or not. */
  public static boolean isIn(Map<String, String> metadata) {
    return metadata.keySet().stream().anyMatch(k -> k.startsWith(PREFIX));
  }

  /**
   * Reads a card.
   *
   * @param metadata the file's {@code metadata_props}
   * @throws IllegalArgumentException naming the key that is missing or malformed
   */
  public static ModelCard fromMetadata(Map<String, String> metadata) {
    if (!isIn(metadata)) {
      throw new IllegalArgumentException(
          "the model has no card; export it with 'repvit export', or describe it with --card");
    }
    return read(new CardEntries(PREFIX, metadata));
  }

  /**
   * Reads the card of a model that has none of its own.
   *
   * @param entries by the keys of {@link #toMetadata} without their prefix
   * @param sha256 hash of the file they stand in, lower-case hex
   * @param fused what the model's graph shows
   * @throws IllegalArgumentException naming the key that is missing, malformed or unknown
   */
  public static ModelCard fromSideFile(Map<String, String> entries, String sha256, boolean fused) {
    var unknown = new TreeSet<>(entries.keySet());
    unknown.removeAll(SIDE_FILE_KEYS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "unknown card entries %s; known are %s",
              unknown,
              new TreeSet<>(SIDE_FILE_KEYS)));
    }
    var all = new HashMap<>(entries);
    all.put("card.sha256", sha256);
    all.put("fused", Boolean.toString(fused));
    return read(new CardEntries("", all));
  }

  private static ModelCard read(CardEntries entries) {
    if (!entries.text("input.layout").equals(LAYOUT)) {
      throw entries.malformed("input.layout", LAYOUT);
    }
    int height = entries.integer("input.height", 1, Preprocessing.MAX_SIDE);
    int width = entries.integer("input.width", 1, Preprocessing.MAX_SIDE);
    Rgb std = entries.rgb("std");
    if (Math.min(std.red(), Math.min(std.green(), std.blue())) <= 0) {
      throw entries.malformed("std", "three positive numbers");
    }
    var preprocessing =
        new Preprocessing(
            height,
            width,
            entries.integer("resize.short", Math.max(height, width), Preprocessing.MAX_SIDE),
            entries.interpolation("resize.interpolation"),
            entries.rgb("mean"),
            std);
    return new ModelCard(
        entries.text("architecture"),
        entries.text("variant"),
        entries.text("task"),
        preprocessing,
        List.of(entries.text("labels").split("\n", -1)),
        tensors(entries),
        entries.bool("fused"),
        Int8Entries.isIn(entries) ? Int8Entries.read(entries) : new Precision.Float32(),
        origin(entries));
  }

  private static Origin origin(CardEntries entries) {
    return entries.has("card.sha256")
        ? new Origin.SideFile(entries.text("card.sha256"))
        : new Origin.Exported(
            entries.text("checkpoint.sha256"),
            entries.text("exporter"),
            entries.number("fusion.error"),
            entries.gelu("gelu"));
  }

  /** Our own files always have an embedding. */
  private static Tensors tensors(CardEntries entries) {
    boolean none =
        entries.has("card.sha256")
            && !entries.has("embedding.name")
            && !entries.has("embedding.width");
    return new Tensors(
        entries.text("input.name", INPUT),
        entries.text("logits.name", LOGITS),
        none
            ? Optional.empty()
            : Optional.of(
                new Embedding(
                    entries.text("embedding.name", EMBEDDING),
                    entries.integer("embedding.width", 1, Integer.MAX_VALUE))));
  }

  private static String text(Rgb c) {
    return c.red() + "," + c.green() + "," + c.blue();
  }
}
