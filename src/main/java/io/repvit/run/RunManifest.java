package io.repvit.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.repvit.inference.ModelCard;
import io.repvit.metrics.Drift;
import io.repvit.metrics.Durations;
import io.repvit.metrics.LeftOut;
import io.repvit.metrics.QualityIssues;
import io.repvit.metrics.RunMetrics;
import io.repvit.metrics.Scores;
import io.repvit.metrics.StageTimes;
import io.repvit.metrics.Traffic;
import io.repvit.predict.Conditions;
import io.repvit.predict.ModelIdentity;
import io.repvit.predict.PartitionReport;
import io.repvit.storage.WholeFile;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of a run, a JSON file. It is written last: only a run with a manifest is published.
 *
 * @param schemaVersion {@link #SCHEMA}; it is raised if a field changes its meaning or is removed
 * @param runId name of the run
 * @param runDate logical date, ISO
 * @param startedAt start of the listing phase
 * @param finishedAt time when both tables were visible
 * @param input URIs of the input
 * @param inputDigest fingerprint of the listed images' paths and versions, {@link
 *     io.repvit.metrics.InputDigest}
 * @param skipped objects, shards or rows of the input that were scored before
 * @param skippedFailed objects, shards or rows that failed in earlier runs and would fail again
 * @param leftOut number of names that the listing left out, by {@link
 *     io.repvit.metrics.LeftOut.Rule}
 * @param listed images that were not skipped; always {@code predicted + quarantined}
 * @param predicted rows in the predictions table
 * @param quarantined rows in the quarantine table
 * @param quarantineReasons rows in the quarantine table by stage and code
 * @param labels rows in the predictions table by label, of the most frequent {@link
 *     LabelMix#RECORDED} labels
 * @param scores scores of the best classes
 * @param embeddingMean mean embedding of the rows of {@code model}; empty if it has none
 * @param qualityIssues images that the quality measures flag; left out without them
 * @param reused duplicates in the run, whose result was reused
 * @param bytes encoded bytes of the images
 * @param model variant, hash of the file and fingerprint of the preprocessing; of the first model
 *     of a cascade
 * @param cascade how the two models of a cascade shared the images; left out without a cascade
 * @param conditions conditions under which failed images fail again, {@link
 *     io.repvit.predict.Conditions}
 * @param card entries of the model card, without labels
 * @param tasksByGraph number of tasks by the graph of their session: stock, rewritten, fallback
 * @param phases wall time of the attempt that published the run, seconds by phase, until the
 *     manifest was written
 * @param partitions number of tasks
 * @param waves number of waves
 * @param attempts number of attempts that committed a wave
 * @param classifySeconds wall time of the waves and of making the tables visible
 * @param imagesPerSecond {@code listed} divided by {@code classifySeconds}
 * @param coreSeconds wall time of tasks times {@code spark.task.cpus}
 * @param imagesPerSecondPerCore {@code listed} divided by {@code coreSeconds}
 * @param stages durations by stage
 * @param storage requests and bytes of tasks and driver
 * @param drift drift from an earlier run, or why it was not computed
 */
public record RunManifest(
    int schemaVersion,
    String runId,
    String runDate,
    String startedAt,
    String finishedAt,
    List<String> input,
    String inputDigest,
    long skipped,
    long skippedFailed,
    Map<String, Long> leftOut,
    long listed,
    long predicted,
    long quarantined,
    Map<String, Long> quarantineReasons,
    @JsonUnwrapped LabelMix labels,
    ScoreSummary scores,
    List<Double> embeddingMean,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable QualityIssues qualityIssues,
    long reused,
    long bytes,
    ModelIdentity model,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable RunCascade cascade,
    String conditions,
    Map<String, String> card,
    Map<String, Long> tasksByGraph,
    Map<String, Double> phases,
    int partitions,
    int waves,
    int attempts,
    double classifySeconds,
    double imagesPerSecond,
    double coreSeconds,
    double imagesPerSecondPerCore,
    Map<String, Stage> stages,
    Traffic storage,
    Drift drift) {
  /** Version of the fields: 3. */
  public static final int SCHEMA = 3;

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * The scores of the best classes.
   *
   * @param mean mean score; null without predictions
   * @param histogram number of scores in each of 50 equal intervals of 0 to 1
   */
  public record ScoreSummary(@Nullable Double mean, List<Long> histogram) {
    static ScoreSummary of(Scores s) {
      return new ScoreSummary(s.mean().isPresent() ? s.mean().getAsDouble() : null, s.bins());
    }
  }

  /**
   * Durations of a stage.
   *
   * @param count number of measurements
   * @param seconds sum
   * @param p50Ms median, milliseconds; null without measurements
   * @param p99Ms 99th percentile, milliseconds; null without measurements
   */
  public record Stage(long count, double seconds, @Nullable Double p50Ms, @Nullable Double p99Ms) {
    static Stage of(Durations d) {
      return new Stage(
          d.count(), d.nanos() / 1e9, millis(d.quantile(0.5)), millis(d.quantile(0.99)));
    }

    private static @Nullable Double millis(OptionalLong nanos) {
      return nanos.isPresent() ? nanos.getAsLong() / 1e6 : null;
    }
  }

  /**
   * Builds the manifest of a run whose tables are visible.
   *
   * @param input as the user gave it
   * @param cascade see {@link RunCascade}
   * @param start start of the listing phase
   * @param phases seconds by phase
   */
  public static RunManifest of(
      RunKey key,
      List<String> input,
      ModelCard card,
      ModelIdentity identity,
      @Nullable RunCascade cascade,
      Conditions conditions,
      Instant start,
      Map<String, Double> phases,
      long skipped,
      long skippedFailed,
      LeftOut leftOut,
      RunTotals run) {
    PartitionReport report = run.report();
    long listed = report.rows();
    var text = card.toMetadata();
    text.keySet().removeIf(k -> k.endsWith(".labels"));
    RunMetrics metrics = report.metrics();
    double coreSeconds = metrics.coreNanos() / 1e9;
    return new RunManifest(
        SCHEMA,
        key.id(),
        key.date().toString(),
        start.toString(),
        Instant.now().toString(),
        input,
        metrics.digest().hex(),
        skipped,
        skippedFailed,
        leftOut.byName(),
        listed,
        report.predicted(),
        report.quarantinedTotal(),
        report.quarantined(),
        LabelMix.of(report.labels(), LabelMix.RECORDED),
        ScoreSummary.of(metrics.scores()),
        metrics.embeddings().mean(),
        metrics.quality().images() == 0 ? null : metrics.quality(),
        report.reused(),
        report.bytes(),
        identity,
        cascade,
        conditions.text(),
        text,
        metrics.tasksByGraph(),
        phases,
        run.partitions(),
        run.waves(),
        run.attempts(),
        run.seconds(),
        listed / run.seconds(),
        coreSeconds,
        listed / coreSeconds,
        stages(metrics.times()),
        metrics.traffic(),
        run.drift());
  }

  private static Map<String, Stage> stages(StageTimes times) {
    var stages = new LinkedHashMap<String, Stage>();
    times.byName().forEach((name, durations) -> stages.put(name, Stage.of(durations)));
    return stages;
  }

  /** The content of the file. */
  public String json() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of text and numbers is always JSON", e);
    }
  }

  /** Writes the manifest so that readers see all of it or nothing. */
  void write(RunKey key, Configuration configuration) throws IOException {
    Path place = key.manifest();
    WholeFile.write(
        place.getFileSystem(configuration), place, json().getBytes(StandardCharsets.UTF_8));
  }
}
