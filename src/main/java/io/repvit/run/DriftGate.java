package io.repvit.run;

import io.repvit.metrics.Drift;
import io.repvit.metrics.Drift.Measure;
import io.repvit.predict.ModelIdentity;
import io.repvit.predict.PartitionReport;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Compares a run with the last published run of the same model or cascade and output. */
final class DriftGate implements PublicationGate {
  private final DriftLimits limits;
  private final RunKey key;
  private final ModelIdentity identity;
  private final boolean cascade;
  private final Configuration configuration;

  /**
   * @param identity of the model, or of the first model of a cascade
   */
  DriftGate(
      DriftLimits limits,
      RunKey key,
      ModelIdentity identity,
      boolean cascade,
      Configuration configuration) {
    this.limits = limits;
    this.key = key;
    this.identity = identity;
    this.cascade = cascade;
    this.configuration = configuration;
  }

  @Override
  public Drift judge(PartitionReport report) throws IOException {
    if (!limits.areSet()) {
      return PublicationGate.OPEN.judge(report);
    }
    if (report.predicted() < limits.minImages()) {
      return new Drift.NotCompared(
          String.format(
              Locale.ROOT,
              "%d images were predicted, fewer than gate-min-images, %d",
              report.predicted(),
              limits.minImages()));
    }
    EarlierRun earlier =
        EarlierRun.last(
            new Path(key.output()).getFileSystem(configuration),
            key,
            identity,
            cascade,
            limits.minImages());
    if (earlier == null) {
      return new Drift.NotCompared(
          String.format(
              Locale.ROOT,
              "none of the last %d runs has this model and at least %d images",
              EarlierRun.MOST_READ,
              limits.minImages()));
    }
    return new Drift.Compared(earlier.name(), measures(report, earlier));
  }

  private List<Measure> measures(PartitionReport report, EarlierRun earlier) {
    var measures = new ArrayList<Measure>();
    if (limits.label() != null) {
      double distance = earlier.labels().distance(report.labels());
      measures.add(new Measure("label", distance, limits.label()));
    }
    if (limits.score() != null) {
      double mean = report.metrics().scores().mean().orElse(Double.NaN);
      measures.add(new Measure("score", Math.abs(mean - earlier.meanScore()), limits.score()));
    }
    List<Double> mean = report.metrics().embeddings().mean();
    if (limits.embedding() != null && !mean.isEmpty()) {
      double distance = relativeDistance(mean, earlier.embeddingMean());
      measures.add(new Measure("embedding", distance, limits.embedding()));
    }
    return measures;
  }

  /** Relative Euclidean distance {@code |a - b| / |b|}; NaN if the widths differ. */
  static double relativeDistance(List<Double> a, List<Double> b) {
    if (a.size() != b.size()) {
      return Double.NaN;
    }
    double difference = 0;
    double length = 0;
    for (int i = 0; i < b.size(); i++) {
      difference += Math.pow(a.get(i) - b.get(i), 2);
      length += Math.pow(b.get(i), 2);
    }
    return difference == 0 ? 0 : Math.sqrt(difference / length);
  }
}
