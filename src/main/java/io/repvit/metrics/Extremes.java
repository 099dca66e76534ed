package io.repvit.metrics;

import java.io.Serializable;
import java.util.ArrayList;
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

  /** A picture that is encoded only when the task ends and it is still wanted. */
  public interface Picture {
    /** The picture as JPEG, base64. */
    String jpeg();
  }

  /** Of one task, on one thread. */
  public static final class Recorder {
    private final int limit;
    private final List<Candidate> most = new ArrayList<>();
    private final List<Candidate> least = new ArrayList<>();

    /**
     * @param limit how many of each are kept
     */
    public Recorder(int limit) {
      this.limit = limit;
    }

    private record Candidate(Sample sample, Picture picture) {}

    /**
     * Offers an image.
     *
     * @param picture asked only for an image that may be kept
     */
    public void offer(String path, String label, float score, Supplier<Picture> picture) {
      if (limit == 0
          || most.size() == limit
              && score < most.get(limit - 1).sample().score()
              && score > least.get(limit - 1).sample().score()) {
        return;
      }
      var sample = new Sample(path, label, score, "");
      boolean takesMost = takes(most, FALLING, sample);
      boolean takesLeast = takes(least, RISING, sample);
      if (takesMost || takesLeast) {
        var candidate = new Candidate(sample, picture.get());
        if (takesMost) {
          insert(most, FALLING, candidate);
        }
        if (takesLeast) {
          insert(least, RISING, candidate);
        }
      }
    }

    private boolean takes(List<Candidate> kept, Comparator<Sample> order, Sample sample) {
      return kept.size() < limit || order.compare(sample, kept.get(limit - 1).sample()) < 0;
    }

    private void insert(List<Candidate> kept, Comparator<Sample> order, Candidate candidate) {
      int at = kept.size();
      while (at > 0 && order.compare(candidate.sample(), kept.get(at - 1).sample()) < 0) {
        at--;
      }
      kept.add(at, candidate);
      if (kept.size() > limit) {
        kept.remove(limit);
      }
    }

    /** What is kept so far. */
    public Extremes total() {
      return new Extremes(limit, samples(most), samples(least));
    }

    private static List<Sample> samples(List<Candidate> kept) {
      return kept.stream().map(c -> c.sample().showing(c.picture().jpeg())).toList();
    }
  }
}
