package io.repvit.run;

import static java.util.Comparator.reverseOrder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Number of images by label. The most frequent labels are listed, all others are summed up, so that
 * the manifest stays small for any number of classes.
 *
 * @param labels images by label, by descending count, then by name
 * @param otherLabels sum over all other labels
 */
public record LabelMix(Map<String, Long> labels, Others otherLabels) {
  /** Maximum number of labels in a manifest: 1000, all classes of ImageNet-1k. */
  static final int RECORDED = 1000;

  /** Maximum number of labels in reports: 30. */
  public static final int SHOWN = 30;

  /**
   * The labels that are not listed.
   *
   * @param labels number of labels
   * @param images number of images with one of these labels
   */
  public record Others(long labels, long images) {}

  /** Builds the mix of counts by label with at most {@code most} listed labels. */
  static LabelMix of(Map<String, Long> counts, int most) {
    return of(counts, most, new Others(0, 0));
  }

  /** This mix with at most {@code most} listed labels. */
  public LabelMix most(int most) {
    return of(labels, most, otherLabels);
  }

  private static LabelMix of(Map<String, Long> counts, int most, Others before) {
    List<Map.Entry<String, Long>> sorted =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    int named = Math.min(most, sorted.size());
    var labels = new LinkedHashMap<String, Long>();
    sorted.subList(0, named).forEach(e -> labels.put(e.getKey(), e.getValue()));
    List<Map.Entry<String, Long>> rest = sorted.subList(named, sorted.size());
    return new LabelMix(
        labels, new Others(before.labels() + rest.size(), before.images() + images(rest)));
  }

  private static long images(Iterable<Map.Entry<String, Long>> entries) {
    long images = 0;
    for (Map.Entry<String, Long> e : entries) {
      images += e.getValue();
    }
    return images;
  }

  /** Number of images of all labels. */
  long images() {
    return images(labels.entrySet()) + otherLabels.images();
  }

  /**
   * Total variation distance between the shares of {@code counts} and of this mix: {@code 1/2 sum_i
   * |p_i - q_i|}, where all labels that are not in {@link #labels} count as one. It is 0 for equal
   * and 1 for disjoint mixes.
   */
  double distance(Map<String, Long> counts) {
    double all = images(counts.entrySet());
    double allHere = images();
    long others = (long) all;
    double distance = 0;
    for (Map.Entry<String, Long> e : labels.entrySet()) {
      long n = counts.getOrDefault(e.getKey(), 0L);
      others -= n;
      distance += Math.abs(n / all - e.getValue() / allHere);
    }
    return (distance + Math.abs(others / all - otherLabels.images() / allHere)) / 2;
  }
}
