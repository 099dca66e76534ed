package io.repvit.metrics;

import java.io.Serializable;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many images the quality measures flag.
 *
 * @param images images that were measured, duplicates included
 * @param flagged flagged images by issue; an image may have several
 */
public record QualityIssues(long images, Map<String, Long> flagged) implements Serializable {
  public static final QualityIssues NONE = new QualityIssues(0, Map.of());

  public QualityIssues {
    flagged = new TreeMap<>(flagged);
  }

  /** Both together. */
  public QualityIssues plus(QualityIssues o) {
    return new QualityIssues(images + o.images, Counts.sum(flagged, o.flagged));
  }

  /** Collects the counts of a task. */
  public static final class Recorder {
    private final Map<String, Long> flagged = new TreeMap<>();
    private long images;

    /** Adds a measured image with its issues. */
    public void add(Collection<String> issues) {
      images++;
      for (String issue : issues) {
        flagged.merge(issue, 1L, Long::sum);
      }
    }

    /** The counts so far. */
    public QualityIssues total() {
      return new QualityIssues(images, flagged);
    }
  }
}
