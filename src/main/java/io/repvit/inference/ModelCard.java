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
 * The model card: everything that is needed to use a model file. It is stored in the file as ONNX
 * {@code metadata_props}. For a model from another exporter it comes from a side file.
 *
 * @param architecture network family, for example {@code repvit}
 * @param variant network of the family, for example {@code repvit_m0_9}
 * @param task meaning of the outputs; {@link #CLASSIFICATION}
 * @param preprocessing resize, crop and normalisation that turn an image into the input
 * @param labels class names by logit index, distinct, one line each
 * @param tensors names of the input and the outputs
 * @param fused whether BatchNorm and parallel branches are folded into convolutions
 * @param precision numeric precision of the graph
 * @param origin who wrote the card
 * @param temperature positive; the scores are softmax(logits / temperature)
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
    Origin origin,
    double temperature) {

  /** The only task that this version supports. */
  public static final String CLASSIFICATION = "image-classification";

  /** Name of the input in exported files: float32 {@code [N,3,height,width]}, RGB, normalised. */
  public static final String INPUT = "pixels";

  /** Name of the logits in exported files: float32 {@code [N,classes]}, before softmax. */
  public static final String LOGITS = "logits";

  /** Name of the embedding in exported files: float32 {@code [N,width]}, the pooled features. */
  public static final String EMBEDDING = "embedding";

  private static final String PREFIX = "repvit.";
  private static final String TEMPERATURE = "temperature";

  /** The entry of {@code metadata_props} with the temperature, which is 1 without it. */
  public static final String TEMPERATURE_ENTRY = PREFIX + TEMPERATURE;

  private static final String LAYOUT = "NCHW,RGB";

  /** The keys of a side file. The names of the tensors and the embedding are optional. */
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
          "embedding.width",
          TEMPERATURE);

  public ModelCard {
    labels = List.copyOf(labels);
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("labels are empty, expected at least one class");
    }
    for (int i = 0; i < labels.size(); i++) {
      requireLabel(i, labels.get(i));
    }
    requireDistinct(labels);
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + ", expected a positive number");
    }
    if (!task.equals(CLASSIFICATION)) {
      throw new IllegalArgumentException(
          "task is '" + task + "', expected '" + CLASSIFICATION + "'");
    }
  }

  /** A card whose temperature is 1. */
  public ModelCard(
      String architecture,
      String variant,
      String task,
      Preprocessing preprocessing,
      List<String> labels,
      Tensors tensors,
      boolean fused,
      Precision precision,
      Origin origin) {
    this(architecture, variant, task, preprocessing, labels, tensors, fused, precision, origin, 1);
  }

  /** Requires a label of one line, because the card stores one label per line. */
  private static void requireLabel(int index, String label) {
    if (label.isBlank() || label.indexOf('\n') >= 0 || label.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "labels: number %d (from 0) is '%s', expected one line that is not blank",
              index,
              label.replace("\n", "\\n").replace("\r", "\\r")));
    }
  }

  /**
   * Requires distinct labels, because tables contain the label and {@code evaluate} compares it.
   */
  private static void requireDistinct(List<String> labels) {
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      Integer before = seen.put(labels.get(i), i);
      if (before != null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "labels: numbers %d and %d (from 0) are both '%s', expected distinct labels; rename one",
                before,
                i,
                labels.get(i)));
      }
    }
  }

  /** Returns a copy with another value of {@code fused}. */
  public ModelCard withFused(boolean fused) {
    return copy(fused, precision, temperature);
  }

  /** Returns a copy for the same network with another classifier. */
  public ModelCard withClassifier(List<String> labels, Origin.Probed origin) {
    return new ModelCard(
        architecture, variant, task, preprocessing, labels, tensors, fused, precision, origin);
  }

  /** Returns a copy with another precision. */
  public ModelCard withPrecision(Precision precision) {
    return copy(fused, precision, temperature);
  }

  /** Returns a copy with another temperature. */
  public ModelCard withTemperature(double temperature) {
    return copy(fused, precision, temperature);
  }

  private ModelCard copy(boolean fused, Precision precision, double temperature) {
    return new ModelCard(
        architecture,
        variant,
        task,
        preprocessing,
        labels,
        tensors,
        fused,
        precision,
        origin,
        temperature);
  }

  /** Returns the card as ONNX {@code metadata_props}, in a fixed order. */
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
    if (origin.ofNetwork() instanceof Origin.Exported exported) {
      m.put(PREFIX + "checkpoint.sha256", exported.checkpointSha256());
      m.put(PREFIX + "exporter", exported.exporter());
      m.put(PREFIX + "fused", Boolean.toString(fused));
      m.put(PREFIX + "fusion.error", Double.toString(exported.fusionError()));
      if (exported.gelu() != Gelu.ERF) {
        m.put(PREFIX + "gelu", exported.gelu().text());
      }
    } else if (origin.ofNetwork() instanceof Origin.SideFile side) {
      m.put(PREFIX + "input.name", tensors.input());
      m.put(PREFIX + "logits.name", tensors.logits());
      tensors.embedding().ifPresent(e -> m.put(PREFIX + "embedding.name", e.name()));
      m.put(PREFIX + "card.sha256", side.sha256());
      m.put(PREFIX + "fused", Boolean.toString(fused));
    }
    if (origin instanceof Origin.Probed probed) {
      m.put(PREFIX + "probe.base.sha256", probed.baseSha256());
      m.put(PREFIX + "probe.images", Integer.toString(probed.images()));
      m.put(PREFIX + "probe.regularisation", Double.toString(probed.regularisation()));
    }
    if (temperature != 1) {
      m.put(TEMPERATURE_ENTRY, Double.toString(temperature));
    }
    if (precision instanceof Precision.Int8 int8) {
      Int8Entries.of(int8).forEach((key, value) -> m.put(PREFIX + key, value));
    }
    return m;
  }

  /** Returns whether a file has a card, valid or not. */
  public static boolean isIn(Map<String, String> metadata) {
    return metadata.keySet().stream().anyMatch(k -> k.startsWith(PREFIX));
  }

  /**
   * Reads the card of a model file.
   *
   * @param metadata {@code metadata_props} of the file
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
   * Reads a card from a side file, for a model without a card.
   *
   * @param entries the entries, with the keys of {@link #toMetadata} without the prefix
   * @param sha256 SHA-256 of the side file, lower-case hex
   * @param fused whether the graph of the model is fused
   * @throws IllegalArgumentException naming the key that is missing, malformed or unknown
   */
  public static ModelCard fromSideFile(Map<String, String> entries, String sha256, boolean fused) {
    var unknown = new TreeSet<>(entries.keySet());
    unknown.removeAll(SIDE_FILE_KEYS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the card has the unknown entries %s; known entries are %s",
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
        origin(entries),
        entries.has(TEMPERATURE) ? entries.number(TEMPERATURE) : 1);
  }

  private static Origin origin(CardEntries entries) {
    Origin network = originOfNetwork(entries);
    return entries.has("probe.base.sha256")
        ? new Origin.Probed(
            network,
            entries.text("probe.base.sha256"),
            entries.integer("probe.images", 1, Integer.MAX_VALUE),
            entries.number("probe.regularisation"))
        : network;
  }

  private static Origin originOfNetwork(CardEntries entries) {
    return entries.has("card.sha256")
        ? new Origin.SideFile(entries.text("card.sha256"))
        : new Origin.Exported(
            entries.text("checkpoint.sha256"),
            entries.text("exporter"),
            entries.number("fusion.error"),
            entries.gelu("gelu"));
  }

  /** Reads the names of the tensors. Only a card from a side file can lack the embedding. */
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
