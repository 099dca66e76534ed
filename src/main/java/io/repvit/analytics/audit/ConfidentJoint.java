package io.repvit.analytics.audit;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The confident joint of given and likely true labels, as cleanlab 2.9.0 computes it: {@code
 * count.compute_confident_joint} and {@code filter._keep_at_least_n_per_class}. The method is that
 * of Northcutt, Jiang and Chuang: Confident Learning, 2021, https://arxiv.org/abs/1911.00068.
 */
final class ConfidentJoint {
  private ConfidentJoint() {}

  /**
   * Scales the counts so that each row sums to the number of images with that given label.
   *
   * @param confident number of confident images, [given, likely true]; changed: each diagonal value
   *     is at least 1 afterwards
   * @param images number of images by given label
   */
  static long[][] calibrated(long[][] confident, long[] images) {
    int classes = images.length;
    var scaled = new double[classes][classes];
    // In the order in which cleanlab has them in memory.
    var cells = new double[classes * classes];
    for (int given = 0; given < classes; given++) {
      confident[given][given] = Math.max(1, confident[given][given]);
      double rowSum = Arrays.stream(confident[given]).sum();
      for (int other = 0; other < classes; other++) {
        scaled[given][other] = confident[given][other] / rowSum * images[given];
        cells[other * classes + given] = scaled[given][other];
      }
    }
    double sum = pairwiseSum(cells, 0, cells.length);
    long total = Arrays.stream(images).sum();
    var joint = new long[classes][];
    for (int given = 0; given < classes; given++) {
      for (int other = 0; other < classes; other++) {
        scaled[given][other] = scaled[given][other] / sum * total;
      }
      joint[given] = rounded(scaled[given]);
    }
    return joint;
  }

  /**
   * Sum in the order of NumPy, {@code pairwise_sum} of its {@code loops_utils.h.src}. The last bits
   * of the sum decide how a count that ends in .5 is rounded.
   */
  private static double pairwiseSum(double[] values, int from, int n) {
    if (n > 128) {
      int half = n / 2 - n / 2 % 8;
      return pairwiseSum(values, from, half) + pairwiseSum(values, from + half, n - half);
    }
    int rest = n < 8 ? from : from + n - n % 8;
    double sum = 0;
    if (n >= 8) {
      var r = new double[8];
      for (int i = from; i < rest; i++) {
        r[(i - from) % 8] += values[i];
      }
      sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    }
    for (int i = rest; i < from + n; i++) {
      sum += values[i];
    }
    return sum;
  }

  /** Rounds half to even, and then corrects the values with the largest error to keep the sum. */
  private static long[] rounded(double[] values) {
    var whole = new long[values.length];
    double sum = 0;
    long wholeSum = 0;
    for (int i = 0; i < values.length; i++) {
      whole[i] = (long) Math.rint(values[i]);
      sum += values[i];
      wholeSum += whole[i];
    }
    long missing = (long) Math.rint(sum) - wholeSum;
    Comparator<Integer> byError = Comparator.comparingDouble(i -> values[i] - whole[i]);
    // Of equal errors cleanlab increases the last and decreases the first.
    IntStream.range(0, values.length)
        .boxed()
        .sorted(
            missing > 0
                ? byError.thenComparing(Comparator.naturalOrder()).reversed()
                : byError.thenComparing(Comparator.naturalOrder()))
        .limit(Math.abs(missing))
        .toList()
        .forEach(i -> whole[i] += Long.signum(missing));
    return whole;
  }

  /**
   * How many images of a given label to flag for each other label. A class keeps at least one
   * image: if its diagonal value is 0, the others of its row are decreased.
   *
   * @param joint calibrated, [given, likely true]
   */
  static long[][] toFlag(long[][] joint) {
    var flagged = new long[joint.length][joint.length];
    for (int given = 0; given < joint.length; given++) {
      long missing = Math.max(0, 1 - joint[given][given]);
      long others = Arrays.stream(joint[given]).filter(n -> n != 0).count() - 1;
      double less = missing / Math.max(1.0, others);
      for (int other = 0; other < joint.length; other++) {
        if (other != given) {
          flagged[given][other] = (long) Math.max(0, joint[given][other] - less);
        }
      }
    }
    return flagged;
  }
}
