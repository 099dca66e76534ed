package io.repvit.metrics;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The images with the highest and the lowest scores. Ties are broken by path, so that partitions
 * change nothing.
 *
 * @param limit how many of each are kept
 * @param most falling scores
 * @param least rising scores
 */
public record Extremes(int limit, List<Sample> most, List<Sample> least) implements Serializable {
  private static final Comparator<Sample> RISING =
      Comparator.comparingDouble(Sample::score).thenComparing(Sample::path);
  private static final Comparator<Sample> FALLING =
      Comparator.comparingDouble(Sample::score).reversed().thenComparing(Sample::path);

  /** No images, and none kept. */
  public static final Extremes NONE = new Extremes(0, List.of(), List.of());

  public Extremes {
    most = most.stream().sorted(FALLING).limit(limit).toList();
    least = least.stream().sorted(RISING).limit(limit).toList();
  }

  /** Both together. */
  public Extremes plus(Extremes o) {
    return new Extremes(
        Math.max(limit, o.limit),
        Stream.concat(most.stream(), o.most.stream()).toList(),
        Stream.concat(least.stream(), o.least.stream()).toList());
  }

  private boolean takes(List<Sample> kept, Comparator<Sample> order, Sample candidate) {
    return kept.size() < limit || order.compare(candidate, kept.get(limit - 1)) < 0;
  }

  /** Of one task, on one thread. */
  public static final class Recorder {
    private Extremes kept;

    /**
     * @param limit how many of each are kept
     */
    public Recorder(int limit) {
      kept = new Extremes(limit, List.of(), List.of());
    }

    /**
     * Offers an image.
     *
     * @param jpeg makes its picture, base64; asked only for an image that is kept
     */
    public void offer(String path, String label, float score, Supplier<String> jpeg) {
      if (kept.limit == 0) {
        return;
      }
      var candidate = new Sample(path, label, score, "");
      boolean most = kept.takes(kept.most, FALLING, candidate);
      boolean least = kept.takes(kept.least, RISING, candidate);
      if (most || least) {
        List<Sample> shown = List.of(new Sample(path, label, score, jpeg.get()));
        kept =
            kept.plus(
                new Extremes(kept.limit, most ? shown : List.of(), least ? shown : List.of()));
      }
    }

    /** What is kept so far. */
    public Extremes total() {
      return kept;
    }
  }
}
