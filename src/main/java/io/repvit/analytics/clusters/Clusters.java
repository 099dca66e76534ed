package io.repvit.analytics.clusters;

import static io.repvit.analytics.clusters.ClusterFit.CLUSTER;
import static io.repvit.analytics.clusters.ClusterFit.DISTANCE;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.Labels;
import io.repvit.analytics.clusters.ClusterSummary.Cluster;
import io.repvit.analytics.clusters.ClusterSummary.Member;
import io.repvit.analytics.clusters.ClusterSummary.Mix;
import io.repvit.report.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Groups images by their embeddings, with k-means or bisecting k-means of MLlib, and describes each
 * group: its size, its labels, the images nearest to its centre and those farthest from it.
 *
 * <pre>{@code
 * Dataset<Row> predictions =
 *     Predictions.read(spark, "s3a://lake/photos", null, Clusters.columns());
 * var clusters = new Clusters(predictions, "s3a://lake/photos", null, ClusterOptions.DEFAULT);
 * ClusterSummary summary = ResultFolder.create(spark, "s3a://lake/clusters", false).write(clusters);
 * }</pre>
 *
 * <p>Embeddings are scaled to length 1, so that distances depend on the angle only. The rows have
 * {@code path}, {@code label}, {@code truth} if true labels are given, {@code cluster} (0 is the
 * largest), {@code distance} to its centre, and {@code x} and {@code y}: the first two principal
 * components. The same table, options and seed give the same rows.
 */
public final class Clusters implements Analysis<ClusterSummary> {
  private static final String PATH = "path";
  private static final String LABEL = "label";

  private final Dataset<Row> images;
  private final String place;
  private final @Nullable Labels labels;
  private final ClusterOptions options;
  private @Nullable ClusterFit fit;

  /**
   * @param predictions rows of one model with the columns {@link #columns}
   * @param place where they are from, for the page
   * @param labels true labels; null if there are none
   */
  public Clusters(
      Dataset<Row> predictions, String place, @Nullable Labels labels, ClusterOptions options) {
    images = predictions;
    this.place = place;
    this.labels = labels;
    this.options = options;
  }

  /** The columns of predictions that are needed. */
  public static String[] columns() {
    return new String[] {PATH, LABEL, "embedding"};
  }

  /**
   * Finds the clusters. This computes; the rows are assigned to them when they are written.
   *
   * @throws UserException if there are fewer embeddings than clusters, or their lengths differ
   */
  @Override
  public Dataset<Row> rows() throws UserException {
    List<Column> columns = new ArrayList<>(List.of(col(PATH), col(LABEL), col("embedding")));
    Dataset<Row> labelled = images;
    if (labels != null) {
      labelled = labels.addTo(images);
      columns.add(2, col(Labels.COLUMN));
    }
    fit = ClusterFit.of(labelled.select(columns.toArray(Column[]::new)), options);
    return fit.rows();
  }

  private ClusterFit fit() {
    if (fit == null) {
      throw new IllegalStateException("the rows are not computed; call rows first");
    }
    return fit;
  }

  @Override
  public ClusterSummary summary(Dataset<Row> written) {
    ClusterFit found = fit();
    found.release();
    ClusterLabels predicted = ClusterLabels.of(written, LABEL);
    ClusterLabels truth = labels == null ? null : ClusterLabels.of(written, Labels.COLUMN);
    return new ClusterSummary(
        found.embeddings().images(),
        found.embeddings().images() - found.embeddings().usable(),
        found.embeddings().usable(),
        options.algorithm().label(),
        found.clusters(),
        found.embeddings().dimensions(),
        options.pca(),
        found.pcaVariance(),
        found.planeVariance(),
        options.seed(),
        found.silhouette(),
        found.sampled(),
        found.tried(),
        truth == null ? null : truth.purity(),
        truth == null ? null : truth.adjustedRand(),
        clusters(written, predicted.byCluster(), truth == null ? Map.of() : truth.byCluster()));
  }

  private List<Cluster> clusters(
      Dataset<Row> written, Map<Integer, Mix> predicted, Map<Integer, Mix> truth) {
    Map<Integer, List<Member>> nearest = ClusterMembers.nearest(written, options.representatives());
    Map<Integer, List<Member>> farthest = ClusterMembers.farthest(written, options.farthest());
    Mix none = new Mix(0, 0, 0, List.of());
    return written
        .groupBy(CLUSTER)
        .agg(count(lit(1)), avg(DISTANCE), max(DISTANCE))
        .orderBy(CLUSTER)
        .collectAsList()
        .stream()
        .map(
            row -> {
              int cluster = row.getInt(0);
              return new Cluster(
                  cluster,
                  row.getLong(1),
                  (double) row.getLong(1) / fit().embeddings().usable(),
                  row.getDouble(2),
                  row.getFloat(3),
                  predicted.getOrDefault(cluster, none),
                  truth.get(cluster),
                  nearest.getOrDefault(cluster, List.of()),
                  farthest.getOrDefault(cluster, List.of()));
            })
        .toList();
  }

  @Override
  public String text(ClusterSummary s) {
    var text = new StringBuilder();
    line(text, "%8s %10s %7s %9s  %s", "cluster", "images", "share", "distance", "labels");
    for (Cluster c : s.list()) {
      line(
          text,
          "%8d %10d %6.1f%% %9.4f  %s",
          c.cluster(),
          c.images(),
          100 * c.share(),
          c.meanDistance(),
          ClusterPage.labels(c.labels()));
    }
    line(
        text,
        "%d images in %d clusters by %s, %d without an embedding",
        s.clustered(),
        s.clusters(),
        s.algorithm(),
        s.withoutEmbedding());
    text.append(
        s.silhouette() == null
            ? "no silhouette, because all embeddings are equal"
            : String.format(
                Locale.ROOT, "silhouette %.4f, of %d images", s.silhouette(), s.sampled()));
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  @Override
  public Page page(Dataset<Row> written, ClusterSummary summary) {
    return ClusterPage.of(place, written, summary, options);
  }
}
