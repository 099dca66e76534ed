package io.repvit.analytics.audit;

import io.repvit.analytics.duplicates.HashPairs;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Audit} checks, and how.
 *
 * @param checks what is checked; empty for all that the tables have the columns for
 * @param probabilities where the probabilities of the classes come from
 * @param filter which labels are flagged
 * @param rankBy score of a label
 * @param folds number of folds of the cross-validation, at least 2
 * @param seed seed of the folds
 * @param regularisations strengths of the L2 penalty of the cross-validated layer, ascending; the
 *     one with the least log loss is taken
 * @param neighbours which neighbour's distance tells outliers
 * @param fence how many interquartile ranges above the upper quartile of the distances an outlier
 *     is
 * @param hashDistance largest number of different bits of the perceptual hashes of the same picture
 * @param cosine least cosine of the embeddings of the same subject; null if they are not compared
 * @param pictures number of pictures per issue on the page
 */
public record AuditOptions(
    Set<Check> checks,
    Probabilities probabilities,
    Filter filter,
    RankBy rankBy,
    int folds,
    long seed,
    List<Double> regularisations,
    int neighbours,
    double fence,
    int hashDistance,
    @Nullable Double cosine,
    int pictures) {
  /** The defaults of the command. */
  public static final AuditOptions DEFAULT =
      new AuditOptions(
          Set.of(),
          Probabilities.CROSS_VALIDATED,
          Filter.PRUNE_BY_NOISE_RATE,
          RankBy.SELF_CONFIDENCE,
          5,
          0,
          List.of(0.1),
          10,
          3,
          3,
          null,
          24);

  /** Most pictures per issue. */
  public static final int MAX_PICTURES = 100;

  private static final int MAX_FOLDS = 100;
  private static final int MAX_NEIGHBOURS = 1000;

  public AuditOptions {
    checks = checks.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(checks));
    regularisations = List.copyOf(regularisations);
    require(folds >= 2 && folds <= MAX_FOLDS, "folds", folds, "2 to " + MAX_FOLDS);
    require(
        neighbours >= 1 && neighbours <= MAX_NEIGHBOURS,
        "neighbours",
        neighbours,
        "1 to " + MAX_NEIGHBOURS);
    require(fence >= 0, "fence", fence, "at least 0");
    require(
        hashDistance >= 0 && hashDistance <= HashPairs.MAX_DISTANCE,
        "hash-distance",
        hashDistance,
        "0 to " + HashPairs.MAX_DISTANCE);
    if (cosine != null) {
      require(cosine > 0 && cosine < 1, "cosine", cosine, "a number above 0 and below 1");
    }
    require(
        pictures >= 0 && pictures <= MAX_PICTURES, "pictures", pictures, "0 to " + MAX_PICTURES);
    boolean ascending = !regularisations.isEmpty() && regularisations.get(0) >= 0;
    for (int i = 1; i < regularisations.size(); i++) {
      ascending &= regularisations.get(i - 1) < regularisations.get(i);
    }
    require(ascending, "regularisation", regularisations, "numbers from 0, ascending");
  }

  private static void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %s, expected %s", name, value, expected));
    }
  }

  /** These options with other checks. */
  public AuditOptions withChecks(Set<Check> checked) {
    return new AuditOptions(
        checked,
        probabilities,
        filter,
        rankBy,
        folds,
        seed,
        regularisations,
        neighbours,
        fence,
        hashDistance,
        cosine,
        pictures);
  }

  /** What can be checked. */
  public enum Check {
    /** Labels that are likely wrong. */
    LABELS,
    /** Images that are unlike all others. */
    OUTLIERS,
    /** Images that the quality measures flag. */
    QUALITY,
    /** Images of the other set that are in this one, too. */
    LEAKAGE;

    /** The name in options and summaries. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where the probabilities of the classes come from. */
  public enum Probabilities {
    /** A linear layer on the embeddings, trained on the given labels without the image's fold. */
    CROSS_VALIDATED,
    /** The column {@code top_k}, if it has all classes. */
    MODEL
  }

  /** Which labels are flagged; the names are those of cleanlab. */
  public enum Filter {
    /** For each pair of classes as many as the calibrated joint estimates. */
    PRUNE_BY_NOISE_RATE,
    /** All that are confidently counted as another class. */
    CONFIDENT_LEARNING
  }

  /** Scores of a label, from 0 (wrong) to 1; the names are those of cleanlab. */
  public enum RankBy {
    /** Probability of the given label. */
    SELF_CONFIDENCE,
    /** That minus the largest probability of another class, from -1 to 1, scaled to 0 to 1. */
    NORMALIZED_MARGIN;

    String column() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
