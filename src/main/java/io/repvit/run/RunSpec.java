package io.repvit.run;

import io.repvit.image.ImageLimits;
import io.repvit.predict.CascadeIdentity;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.Conditions;
import io.repvit.predict.ModelIdentity;
import io.repvit.source.Input;
import io.repvit.table.Destination;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything that determines the rows of a run. An attempt resumes a run only if its spec is equal.
 *
 * @param identity of the model, or of the first model of a cascade
 * @param cascade second model and limit; null without a cascade
 * @param rescore whether objects that published runs have scored are scored again
 * @param destination kind and place of the tables
 */
public record RunSpec(
    Input input,
    ModelIdentity identity,
    @Nullable CascadeIdentity cascade,
    ClassifyOptions options,
    boolean rescore,
    Destination destination) {
  /**
   * Version of the texts and of the commit records of waves. It is raised if a text changes for an
   * equal spec, or if records get other fields; unfinished runs of other versions are refused.
   */
  private static final int VERSION = 3;

  /** The conditions under which a failed image fails again. */
  public Conditions conditions() {
    return Conditions.of(options, identity);
  }

  /**
   * Canonical texts by name. Settings that do not change rows, such as the fetch window, are left
   * out.
   */
  Map<String, String> texts() {
    ImageLimits limits = options.limits();
    var texts = new LinkedHashMap<String, String>();
    texts.put("spec version", Integer.toString(VERSION));
    texts.put("input", input.text());
    texts.put("model SHA-256", identity.modelSha256());
    if (cascade != null) {
      texts.put("then SHA-256", cascade.second().modelSha256());
      texts.put("below", Double.toString(cascade.below()));
    }
    texts.put("preprocessing", identity.preprocessing());
    texts.put("batch", Integer.toString(options.batch()));
    texts.put("top-k", Integer.toString(options.topK()));
    texts.put("max-image-bytes", Long.toString(limits.maxEncodedBytes()));
    texts.put("max-image-pixels", Long.toString(limits.maxPixels()));
    texts.put("max-image-seconds", Integer.toString(limits.maxSeconds()));
    texts.put("quality", Boolean.toString(options.measures().quality()));
    texts.put("phash", Boolean.toString(options.measures().hashes()));
    texts.put("rescore", Boolean.toString(rescore));
    texts.put("destination", destination.text());
    return texts;
  }

  /** Hashes of the models whose rows count as scored. */
  Set<String> models() {
    var models = new TreeSet<>(Set.of(identity.modelSha256()));
    if (cascade != null) {
      // The same file with two cards is one hash.
      models.add(cascade.second().modelSha256());
    }
    return models;
  }

  /** The differences from the spec with the texts {@code before}, for messages. */
  List<String> differences(Map<String, String> before) {
    List<String> differences = new ArrayList<>();
    texts()
        .forEach(
            (name, now) -> {
              String then = before.getOrDefault(name, "nothing");
              if (!then.equals(now)) {
                differences.add(String.format(Locale.ROOT, "%s was %s and is %s", name, then, now));
              }
            });
    return differences;
  }
}
