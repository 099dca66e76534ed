package io.repvit.metrics;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many images were done when. Buckets double their width until at most {@link #MOST} have an
 * image, so that a week takes no more room than a minute, and begin at multiples of their width, so
 * that any two timelines add up exactly.
 *
 * @param seconds width of a bucket, a power of two
 * @param images images done by the bucket's beginning, seconds since the epoch
 */
public record Timeline(int seconds, Map<Long, Long> images) implements Serializable {
  /** Most buckets: 256, as many points as a curve can show. */
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

  /** Both together. */
  public Timeline plus(Timeline o) {
    int width = Math.max(seconds, o.seconds);
    return new Timeline(width, Counts.sum(wider(images, width), wider(o.images, width)));
  }

  private static TreeMap<Long, Long> wider(Map<Long, Long> images, int seconds) {
    var wider = new TreeMap<Long, Long>();
    images.forEach((at, n) -> wider.merge(at - Math.floorMod(at, seconds), n, Long::sum));
    return wider;
  }

  /** Of one task, on one thread. */
  public static final class Recorder {
    private Timeline before = EMPTY;
    private final TreeMap<Long, Long> recent = new TreeMap<>();
    private long second;
    private long images;

    /**
     * Counts one image.
     *
     * @param millis when it was done, milliseconds since the epoch
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

    /** What was recorded so far. */
    public Timeline total() {
      settle();
      return before.plus(new Timeline(1, recent));
    }
  }
}
