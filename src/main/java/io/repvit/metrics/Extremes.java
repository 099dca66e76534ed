package io.repvit.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The images with the highest and the lowest scores. Images with equal scores are ordered by path,
 * so the result does not depend on the partitioning.
 *
 * @param limit largest size of each list
 * @param most images with the highest scores, in descending order
 * @param least images with the lowest scores, in ascending order
 */
public record Extremes(int limit, List<Sample> most, List<Sample> least) implements Serializable {
  private static final Comparator<Sample> RISING =
      Comparator.comparingDouble(Sample::score).thenComparing(Sample::path);
  private static final Comparator<Sample> FALLING =
      Comparator.comparingDouble(Sample::score).reversed().thenComparing(Sample::path);

  /** No images, and a limit of 0. */
  public static final Extremes NONE = new Extremes(0, List.of(), List.of());

  public Extremes {
    most = most.stream().sorted(FALLING).limit(limit).toList();
    least = least.stream().sorted(RISING).limit(limit).toList();
  }

  /** Returns the extremes of both. */
  public Extremes plus(Extremes o) {
    return new Extremes(
        Math.max(limit, o.limit),
        Stream.concat(most.stream(), o.most.stream()).toList(),
        Stream.concat(least.stream(), o.least.stream()).toList());
  }

  /** A thumbnail that is encoded at the end of the task, if its image is still in a list. */
  public interface Picture {
    /** Returns the thumbnail as JPEG, base64. */
    String jpeg();
  }

  /** Collects the values of one task. Not thread-safe. */
  public static final class Recorder {
    private final int limit;
    private final List<Candidate> most = new ArrayList<>();
    private final List<Candidate> least = new ArrayList<>();

    /**
     * @param limit largest size of each list
     */
    public Recorder(int limit) {
      this.limit = limit;
    }

    private record Candidate(Sample sample, Picture picture) {}

    /**
     * Adds an image if its score is among the highest or lowest so far.
     *
     * @param picture called only for an image that is added
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

    /** Returns the extremes of the images offered so far. */
    public Extremes total() {
      return new Extremes(limit, samples(most), samples(least));
    }

    private static List<Sample> samples(List<Candidate> kept) {
      return kept.stream().map(c -> c.sample().showing(c.picture().jpeg())).toList();
    }
  }
}
