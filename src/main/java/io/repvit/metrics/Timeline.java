package io.repvit.metrics;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * Number of finished images over time, as a histogram. The width of the buckets doubles until at
 * most {@link #MOST} buckets are used, so the size of a timeline does not grow with the duration of
 * the run. Buckets begin at multiples of their width, so two timelines are added without rounding.
 *
 * @param seconds width of a bucket, a power of two
 * @param images number of images by the start of their bucket, in seconds since the epoch
 */
public record Timeline(int seconds, Map<Long, Long> images) implements Serializable {
  /** Largest number of buckets: 256, the number of points in the report's chart. */
  public static final int MOST = 256;

  /** No images. */
  public static final Timeline EMPTY = new Timeline(1, Map.of());

  public Timeline {
    if (Integer.bitCount(seconds) != 1 || seconds < 1) {
      throw new IllegalArgumentException("width is " + seconds + " s, must be a power of two");
    }
    images = new TreeMap<>(images);
    while (images.size() > MOST) {
      seconds *= 2;
      images = wider(images, seconds);
    }
  }

  /** Returns the sum of both. */
  public Timeline plus(Timeline o) {
    int width = Math.max(seconds, o.seconds);
    return new Timeline(width, Counts.sum(wider(images, width), wider(o.images, width)));
  }

  private static TreeMap<Long, Long> wider(Map<Long, Long> images, int seconds) {
    var wider = new TreeMap<Long, Long>();
    images.forEach((at, n) -> wider.merge(at - Math.floorMod(at, seconds), n, Long::sum));
    return wider;
  }

  /** Collects the values of one task. Not thread-safe. */
  public static final class Recorder {
    private Timeline before = EMPTY;
    private final TreeMap<Long, Long> recent = new TreeMap<>();
    private long second;
    private long images;

    /**
     * Counts one image.
     *
     * @param millis time at which the image was finished, milliseconds since the epoch
     */
    public void add(long millis) {
      long now = Math.floorDiv(millis, 1000L);
      if (now != second) {
        settle();
        second = now;
      }
      images++;
    }

    private void settle() {
      if (images > 0) {
        recent.merge(second, images, Long::sum);
        images = 0;
      }
      if (recent.size() >= MOST) {
        before = before.plus(new Timeline(1, recent));
        recent.clear();
      }
    }

    /** Returns the images counted so far. */
    public Timeline total() {
      settle();
      return before.plus(new Timeline(1, recent));
    }
  }
}
