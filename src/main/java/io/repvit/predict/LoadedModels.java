package io.repvit.predict;

import io.repvit.inference.ModelException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The models of a run: one, or the two of a cascade. The rows of both models of a cascade have the
 * same fingerprint of preprocessing, which identifies the cascade: both models, how each
 * preprocesses, and the limit.
 *
 * @param first classifies every image
 * @param identity identity of the rows that the first model answers
 * @param second second model of a cascade; null without one
 * @param cascade identity of the cascade; null without one
 */
public record LoadedModels(
    LoadedModel first,
    ModelIdentity identity,
    @Nullable LoadedModel second,
    @Nullable CascadeIdentity cascade) {

  /**
   * Loads the models, see {@link ModelReference#load}.
   *
   * @throws ModelException if one of them cannot be used, or they are no cascade
   */
  public static LoadedModels load(
      ModelReference model,
      @Nullable Cascade cascade,
      Configuration hadoop,
      ClassifyOptions options)
      throws ModelException {
    LoadedModel first = model.load(hadoop, options);
    if (cascade == null) {
      return new LoadedModels(first, first.identity(), null, null);
    }
    LoadedModel second = cascade.then().load(hadoop, options);
    requireCascade(first, second);
    String fingerprint =
        ModelIdentity.fingerprint(
            String.join(
                ", ",
                "cascade 1",
                text(first.identity()),
                text(second.identity()),
                Double.toString(cascade.below())));
    return new LoadedModels(
        first,
        first.identity().withPreprocessing(fingerprint),
        second,
        new CascadeIdentity(second.identity().withPreprocessing(fingerprint), cascade.below()));
  }

  /** The models, the first one first. */
  public List<LoadedModel> all() {
    return second == null ? List.of(first) : List.of(first, second);
  }

  /** The files, for executors. */
  public ModelFiles files() {
    return new ModelFiles(first.file(), second == null ? null : second.file());
  }

  private static String text(ModelIdentity identity) {
    return identity.modelSha256() + " " + identity.preprocessing();
  }

  private static void requireCascade(LoadedModel first, LoadedModel second) throws ModelException {
    if (first.identity().equals(second.identity())) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "model and then are the same file, SHA-256 %s, expected two models",
              first.identity().modelSha256()));
    }
    List<String> expected = first.card().labels();
    List<String> found = second.card().labels();
    if (expected.size() != found.size()) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "model %s has %d labels and then %s has %d, expected equal lists",
              first.file().name(),
              expected.size(),
              second.file().name(),
              found.size()));
    }
    for (int i = 0; i < expected.size(); i++) {
      if (!expected.get(i).equals(found.get(i))) {
        throw new ModelException(
            String.format(
                Locale.ROOT,
                "label %d (from 0) is '%s' in model %s and '%s' in then %s, expected equal lists in the same order; export one of them with --labels of the other",
                i,
                expected.get(i),
                first.file().name(),
                found.get(i),
                second.file().name()));
      }
    }
  }
}
