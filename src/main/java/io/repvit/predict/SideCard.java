package io.repvit.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueType;
import io.repvit.inference.Labels;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Tensors.Embedding;
import io.repvit.onnx.CardedModel;
import io.repvit.onnx.OnnxSummary;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A model card in a HOCON file, for a model without a card. Keys are those of {@link
 * ModelCard#toMetadata} without the prefix.
 *
 * @param name name of the file, for messages
 * @param sha256 hash of the file, lower-case hex
 * @param entries values by key; labels are one per line
 */
public record SideCard(String name, String sha256, Map<String, String> entries) {
  /** Maximum length: 4 MiB. A card with the names of ImageNet-22k has less than 1 MiB. */
  private static final long MAX_BYTES = 4L << 20;

  private static final String LABELS = "labels";
  private static final String INTERPOLATION = "resize.interpolation";

  public SideCard {
    entries = Map.copyOf(entries);
  }

  /**
   * Reads a card, and its labels file if it names one.
   *
   * @throws ModelException if a file is missing, unreadable or malformed
   */
  public static SideCard load(String uri, Configuration configuration) throws ModelException {
    ModelFile file = ModelLoader.read("card", uri, MAX_BYTES, configuration);
    var entries = new TreeMap<String, String>();
    try {
      Config config = parse(file);
      for (var entry : config.entrySet()) {
        String key = entry.getKey();
        boolean list = entry.getValue().valueType() == ConfigValueType.LIST;
        entries.put(key, list ? joined(key, config.getStringList(key)) : config.getString(key));
        if (key.equals(LABELS) && !list) {
          entries.put(key, labels(config.getString(key), uri, configuration));
        }
      }
    } catch (ConfigException e) {
      throw new ModelException("card " + uri + " cannot be read: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      // The parser recurses with every bracket and every dot; a card needs two levels.
      throw new ModelException(
          "card " + uri + ": brackets or keys are nested too deeply, expected at most two levels",
          e);
    } catch (IllegalArgumentException e) {
      throw new ModelException("card " + uri + ": " + e.getMessage(), e);
    }
    entries.computeIfPresent(INTERPOLATION, (k, v) -> v.toUpperCase(Locale.ROOT));
    return new SideCard(file.name(), file.sha256(), entries);
  }

  /**
   * Parses an untrusted card: it may not read environment variables or other files, nor expand
   * substitutions.
   */
  private static Config parse(ModelFile file) {
    String text = new String(file.bytes(), UTF_8);
    Config config =
        ConfigFactory.parseString(
            text,
            ConfigParseOptions.defaults()
                .setOriginDescription(file.name())
                .setIncluder(new NoIncludes()));
    if (!config.isResolved()) {
      throw new IllegalArgumentException(
          "substitutions with ${} are not allowed; write the values out");
    }
    return config;
  }

  private static String joined(String key, List<String> values) {
    if (!key.equals(LABELS)) {
      return String.join(",", values);
    }
    for (String label : values) {
      if (label.indexOf('\n') >= 0) {
        throw new IllegalArgumentException(
            "labels: '" + label + "' has several lines, expected one");
      }
    }
    return String.join("\n", values);
  }

  /** Built-in labels, or those of a file whose path is relative to the card. */
  private static String labels(String place, String card, Configuration configuration)
      throws ModelException {
    Optional<List<String>> shipped = Labels.shipped(place);
    if (shipped.isPresent()) {
      return String.join("\n", shipped.get());
    }
    String uri = new Path(new Path(card).getParent(), place).toString();
    ModelFile file = ModelLoader.read("labels", uri, Labels.MAX_FILE_BYTES, configuration);
    return String.join("\n", Labels.parse(file.name(), file.bytes()));
  }

  /**
   * Writes this card into a model.
   *
   * @throws ModelException if the model contains a card, or does not match this one
   */
  public ModelFile applyTo(ModelFile model, OnnxSummary summary) throws ModelException {
    if (ModelCard.isIn(summary.metadata())) {
      throw new ModelException(
          "model " + model.name() + " contains a card, expected none; leave --card out");
    }
    ModelCard card;
    try {
      card = ModelCard.fromSideFile(entries, sha256, summary.fused());
    } catch (IllegalArgumentException e) {
      throw new ModelException(name + ": " + e.getMessage(), e);
    }
    try {
      byte[] carded =
          CardedModel.of(
              model.name(),
              model.bytes(),
              card.tensors().input(),
              card.tensors().logits(),
              card.tensors().embedding().map(Embedding::name).stream().toList(),
              card.toMetadata());
      return ModelFile.of(model.name(), carded);
    } catch (IllegalArgumentException e) {
      throw new ModelException(String.valueOf(e.getMessage()), e);
    }
  }
}
