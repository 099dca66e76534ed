package io.repvit.analytics.evaluation;

import io.repvit.analytics.evaluation.ClassCounts.OfClass;
import io.repvit.analytics.evaluation.EvaluationSummary.Averages;
import io.repvit.analytics.evaluation.EvaluationSummary.Confusion;
import io.repvit.analytics.evaluation.EvaluationSummary.PerClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Precision, recall and F1 with their intervals. A resample weights the images of each cell of the
 * confusion matrix together, so that a mistake counts for both of its classes. Images in cells that
 * {@link ClassCounts} does not have count for each class on its own.
 */
final class ClassStatistics {
  private final ClassCounts counts;
  private final int classes;

  /** True and predicted class of each cell off the diagonal; -1 for a label that is never true. */
  private final List<int[]> mistakes = new ArrayList<>();

  /** Right images by class; images by mistake; other missed, then other false images by class. */
  private final long[] cells;

  private final double[] top1 = new double[PoissonBootstrap.RESAMPLES];
  private final double[] macro = new double[PoissonBootstrap.RESAMPLES];
  private final double[] weighted = new double[PoissonBootstrap.RESAMPLES];
  private final float[][] f1;

  ClassStatistics(ClassCounts counts) {
    this.counts = counts;
    classes = counts.classes().size();
    f1 = new float[classes <= EvaluationSummary.MOST_INTERVALS ? classes : 0][];
    for (int c = 0; c < f1.length; c++) {
      f1[c] = new float[PoissonBootstrap.RESAMPLES];
    }
    cells = cells();
    PoissonBootstrap.resample(cells, this::add);
  }

  private long[] cells() {
    Map<String, Integer> indices = new HashMap<>();
    counts.classes().forEach(c -> indices.put(c.label(), indices.size()));
    var missed = new long[classes];
    var falsely = new long[classes];
    for (int c = 0; c < classes; c++) {
      OfClass of = counts.classes().get(c);
      missed[c] = of.images() - of.right();
      falsely[c] = counts.predicted().getOrDefault(of.label(), 0L) - of.right();
    }
    var images = new ArrayList<Long>();
    for (Confusion cell : counts.cells()) {
      if (!cell.truth().equals(cell.predicted())) {
        int truth = Objects.requireNonNull(indices.get(cell.truth()));
        int predicted = indices.getOrDefault(cell.predicted(), -1);
        mistakes.add(new int[] {truth, predicted});
        images.add(cell.images());
        missed[truth] -= cell.images();
        if (predicted >= 0) {
          falsely[predicted] -= cell.images();
        }
      }
    }
    var all = new long[3 * classes + mistakes.size()];
    for (int c = 0; c < classes; c++) {
      all[c] = counts.classes().get(c).right();
      all[classes + mistakes.size() + c] = missed[c];
      all[2 * classes + mistakes.size() + c] = falsely[c];
    }
    for (int m = 0; m < mistakes.size(); m++) {
      all[classes + m] = images.get(m);
    }
    return all;
  }

  private void add(long[] resampled, int r) {
    var missed = new long[classes];
    var falsely = new long[classes];
    System.arraycopy(resampled, classes + mistakes.size(), missed, 0, classes);
    System.arraycopy(resampled, 2 * classes + mistakes.size(), falsely, 0, classes);
    for (int m = 0; m < mistakes.size(); m++) {
      int[] pair = mistakes.get(m);
      missed[pair[0]] += resampled[classes + m];
      if (pair[1] >= 0) {
        falsely[pair[1]] += resampled[classes + m];
      }
    }
    long right = 0;
    long images = 0;
    double sum = 0;
    double weightedSum = 0;
    int present = 0;
    for (int c = 0; c < classes; c++) {
      long hits = resampled[c];
      long support = hits + missed[c];
      double value = f1(hits, support, hits + falsely[c]);
      if (f1.length > 0) {
        f1[c][r] = (float) value;
      }
      if (support > 0) {
        present++;
        sum += value;
        weightedSum += value * support;
      }
      right += hits;
      images += support;
    }
    top1[r] = (double) right / images;
    macro[r] = sum / present;
    weighted[r] = weightedSum / images;
  }

  private static double f1(long right, long images, long predicted) {
    return images + predicted == 0 ? 0 : 2.0 * right / (images + predicted);
  }

  List<PerClass> perClass() {
    var all = new ArrayList<PerClass>();
    for (OfClass c : counts.classes()) {
      long predicted = counts.predicted().getOrDefault(c.label(), 0L);
      double right = c.right();
      all.add(
          new PerClass(
              c.label(),
              c.images(),
              right / c.images(),
              right / predicted,
              predicted,
              f1(c.right(), c.images(), predicted),
              f1.length == 0 ? null : interval(f1[all.size()])));
    }
    return all;
  }

  private static Interval interval(float[] values) {
    var exact = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      exact[i] = values[i];
    }
    return Interval.of(exact);
  }

  /** Means over the classes, each class with the same weight, or with its number of images. */
  static Averages averages(List<PerClass> classes, boolean byImages) {
    double weights = 0;
    double recall = 0;
    double precision = 0;
    double f1 = 0;
    for (PerClass c : classes) {
      double weight = byImages ? c.images() : 1;
      weights += weight;
      recall += weight * c.recall();
      precision += c.predicted() == 0 ? 0 : weight * c.precision();
      f1 += weight * c.f1();
    }
    return new Averages(recall / weights, precision / weights, f1 / weights);
  }

  Interval top1() {
    return Interval.of(top1);
  }

  Interval macroF1() {
    return Interval.of(macro);
  }

  Interval weightedF1() {
    return Interval.of(weighted);
  }
}
