package io.repvit.bench;

import static org.apache.spark.sql.functions.expr;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.audit.Audit;
import io.repvit.analytics.audit.AuditOptions;
import io.repvit.analytics.audit.AuditOptions.Check;
import io.repvit.analytics.audit.AuditOptions.Probabilities;
import io.repvit.cli.ExitCode;
import io.repvit.image.ImageQuality.Issue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
 * Measures {@code audit} on synthetic predictions. One label in 20 is wrong, one image in 50 is
 * dark, and one image in 10 of the other set is in the audited one, with one other bit of its hash.
 * The other set has a tenth of the rows. The images do not exist, so the page has placeholders.
 */
@Command(
    name = "audit",
    description = "Measures the audit of synthetic predictions.",
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class BenchAuditCommand implements Callable<Integer> {
  private static final String NAME = "audit";
  private static final int WIDTH = 384;

  /** Rows of the audited set for each row of the other set. */
  private static final int OTHER = 10;

  @Spec CommandSpec command;

  @Mixin final Growth growth = new Growth();

  @Option(
      names = "--checks",
      paramLabel = "CHECK",
      split = ",",
      description =
          "Checks that are measured together: ${COMPLETION-CANDIDATES}. outliers compares all pairs of"
              + " rows.")
  Set<Check> checks = EnumSet.of(Check.LABELS, Check.QUALITY, Check.LEAKAGE);

  @Option(
      names = "--probabilities",
      paramLabel = "FROM",
      description = "Probabilities for the check of labels: ${COMPLETION-CANDIDATES}.")
  Probabilities probabilities = Probabilities.CROSS_VALIDATED;

  @Option(
      names = "--classes",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Number of labels.")
  int classes = 10;

  @Override
  public Integer call() throws UserException, IOException {
    AuditOptions d = AuditOptions.DEFAULT;
    var options =
        new AuditOptions(
            checks,
            probabilities,
            d.filter(),
            d.rankBy(),
            d.folds(),
            d.seed(),
            d.regularisations(),
            d.neighbours(),
            d.fence(),
            d.hashDistance(),
            null,
            d.pictures());
    String setting =
        String.format(
            Locale.ROOT,
            "checks %s, probabilities %s, %d folds; embeddings of %d values, %d labels",
            checks.stream().map(Check::key).toList(),
            probabilities.name().toLowerCase(Locale.ROOT),
            options.folds(),
            WIDTH,
            classes);
    growth.measure(command.commandLine().getOut(), NAME, setting, (s, n) -> audit(s, n, options));
    return ExitCode.DONE;
  }

  private Audit audit(SparkSession spark, int n, AuditOptions options) throws UserException {
    Audit.ImageSet set = set("set", rows(spark, n));
    // The first rows of the audited set have the same numbers.
    Dataset<Row> others = rows(spark, Math.max(1, n / OTHER));
    Audit.ImageSet other =
        set(
            "other",
            others.withColumns(
                Map.of(
                    "phash", expr("if(id % 10 = 0, xxhash64(id) ^ 1L, xxhash64(id, 'other'))"),
                    "content_sha256", expr("sha2(concat('other ', id), 256)"))));
    return new Audit(set, options.checks().contains(Check.LEAKAGE) ? other : null, options);
  }

  private Audit.ImageSet set(String name, Dataset<Row> rows) throws UserException {
    return new Audit.ImageSet(
        name, Labels.ofFolders().addTo(growth.written(NAME, name, rows.drop("id"))));
  }

  private Dataset<Row> rows(SparkSession spark, int n) {
    List<String> scores = new ArrayList<>();
    for (Issue issue : Issue.values()) {
      scores.add(
          String.format(
              Locale.ROOT, "'%s', if(xxhash64(id, '%1$s') %% 50 = 0, 0D, 1D)", issue.column()));
    }
    Dataset<Row> rows =
        new ClusteredEmbeddings(n, WIDTH, classes, 15)
            .tableWithClusters(spark)
            .withColumn("id", expr("cast(regexp_extract(path, '([0-9]+)', 1) as long)"))
            .withColumn("given", expr("pmod(cluster + if(id % 20 = 0, 1, 0), " + classes + ")"))
            .selectExpr(
                "id",
                "concat('file:/generated/class-', given, '/', id, '.jpg') as path",
                "embedding",
                "cluster as label_index",
                "0.5 + 0.5 * pmod(xxhash64(id), 1000) / 1000 as best",
                "sha2(cast(id as string), 256) as content_sha256",
                "xxhash64(id) as phash",
                "named_struct(" + String.join(", ", scores) + ") as quality");
    return probabilities == Probabilities.MODEL
        ? rows.withColumn("top_k", GeneratedScores.topK(classes, classes)).drop("best")
        : rows.drop("best");
  }
}
