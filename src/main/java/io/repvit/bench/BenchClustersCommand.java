package io.repvit.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;

import io.repvit.UserException;
import io.repvit.analytics.clusters.ClusterOptions;
import io.repvit.analytics.clusters.Clusters;
import io.repvit.cli.ExitCode;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures {@code cluster} on synthetic embeddings of 1,000 labels. The images do not exist, so the
 * page has placeholders.
 */
@Command(
    name = "clusters",
    description = "Measures the search for clusters in synthetic embeddings.",
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class BenchClustersCommand implements Callable<Integer> {
  private static final String NAME = "clusters";
  private static final int LABELS = 1000;
  private static final int WIDTH = 384;

  @Spec CommandSpec command;

  @Mixin final Growth growth = new Growth();

  @Option(
      names = "--clusters",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Number of clusters that are searched.")
  int clusters = 10;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = "One of ${COMPLETION-CANDIDATES}.")
  ClusterOptions.Algorithm algorithm = ClusterOptions.Algorithm.K_MEANS;

  @Option(
      names = "--pca",
      paramLabel = "N",
      description = "Principal components that the embeddings are reduced to; 0 keeps all.")
  int pca;

  @Override
  public Integer call() throws UserException, IOException {
    var options =
        ClusterOptions.DEFAULT
            .withClusters(clusters, clusters)
            .withAlgorithm(algorithm)
            .withPca(pca);
    String setting =
        String.format(
            Locale.ROOT,
            "%d clusters by %s in embeddings of %d values, pca %d, a sample of %,d for the start",
            clusters,
            algorithm.label(),
            WIDTH,
            pca,
            options.sample());
    growth.measure(
        command.commandLine().getOut(),
        NAME,
        setting,
        (spark, n) -> new Clusters(table(spark, n), NAME, null, options));
    return ExitCode.DONE;
  }

  private Dataset<Row> table(SparkSession spark, int n) {
    return growth.written(
        NAME,
        "table",
        new ClusteredEmbeddings(n, WIDTH, LABELS, 15)
            .tableWithClusters(spark)
            .withColumn("label", concat(lit("class-"), col(ClusteredEmbeddings.CLUSTER))));
  }
}
