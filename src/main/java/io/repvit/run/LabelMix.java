package io.repvit.run;

import static java.util.Comparator.reverseOrder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Images by label: the most frequent labels one by one, all others together, so that a model of any
 * number of classes has a manifest that can be read.
 *
 * @param labels images by label, the most frequent first, those of the same number by name
 * @param otherLabels what is not among them
 */
public record LabelMix(Map<String, Long> labels, Others otherLabels) {
  /** Labels of a manifest: 1000, which is every class of ImageNet-1k. */
  static final int RECORDED = 1000;

  /** Labels that people are shown: 30. */
  public static final int SHOWN = 30;

  /**
   * Labels that are not told one by one.
   *
   * @param labels how many
   * @param images with one of them
   */
  public record Others(long labels, long images) {}

  /** Of counts by label, the {@code most} most frequent one by one. */
  static LabelMix of(Map<String, Long> counts, int most) {
    return of(counts, most, new Others(0, 0));
  }

  /** The same with {@code most} labels one by one. */
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

  /** All images. */
  long images() {
    return images(labels.entrySet()) + otherLabels.images();
  }

  /**
   * How far counts are from this mix, as total variation of the shares: {@code 1/2 sum_i |p_i -
   * q_i|}, where all labels that are not one of {@link #labels} are one. 0 for the same mix, 1 for
   * disjoint ones.
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
