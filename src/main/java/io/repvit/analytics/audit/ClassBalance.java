package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.col;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Number of images by given label.
 *
 * @param classes sorted by label
 * @param withoutLabel number of images without a given label
 */
record ClassBalance(SortedMap<String, Long> classes, long withoutLabel) {
  /**
   * A class is rare if it has less than this share of the mean; the value of cleanlab's Datalab.
   */
  private static final double RARE = 0.1;

  /** Or fewer images than this. */
  private static final long FEW = 10;

  /**
   * Counts.
   *
   * @param images rows with {@link Labels#COLUMN}
   * @throws UserException if there are more labels than the driver can hold
   */
  static ClassBalance of(Dataset<Row> images) throws UserException {
    var classes = new TreeMap<String, Long>();
    long withoutLabel = 0;
    for (Row row :
        images
            .groupBy(col(Labels.COLUMN))
            .count()
            .limit(ClassProbabilities.MAX_CLASSES + 2)
            .collectAsList()) {
      if (row.isNullAt(0)) {
        withoutLabel = row.getLong(1);
      } else {
        classes.put(row.getString(0), row.getLong(1));
      }
    }
    if (classes.size() > ClassProbabilities.MAX_CLASSES) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the images have more than %d different labels, such as '%s' and '%s', expected the names"
                  + " of classes; name the labels with --truth",
              ClassProbabilities.MAX_CLASSES,
              classes.firstKey(),
              classes.lastKey()));
    }
    return new ClassBalance(classes, withoutLabel);
  }

  long labelled() {
    return classes.values().stream().mapToLong(Long::longValue).sum();
  }

  private long largest() {
    return classes.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private long smallest() {
    return classes.values().stream().mapToLong(Long::longValue).min().orElse(0);
  }

  /** The number of images below which a class is rare. */
  private long leastImages() {
    return classes.isEmpty()
        ? 0
        : Math.max(FEW, (long) Math.ceil(RARE * labelled() / classes.size()));
  }

  AuditSummary.Balance summary() {
    long least = leastImages();
    return new AuditSummary.Balance(
        withoutLabel,
        classes.isEmpty() ? 0 : (double) largest() / smallest(),
        least,
        classes.entrySet().stream()
            .map(
                e ->
                    new AuditSummary.ClassSize(
                        e.getKey(),
                        e.getValue(),
                        (double) e.getValue() / labelled(),
                        e.getValue() < least))
            .toList());
  }
}
