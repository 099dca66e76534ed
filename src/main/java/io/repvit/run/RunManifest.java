package io.repvit.run;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.repvit.inference.ModelCard;
import io.repvit.metrics.Drift;
import io.repvit.metrics.Durations;
import io.repvit.metrics.LeftOut;
import io.repvit.metrics.RunMetrics;
import io.repvit.metrics.Scores;
import io.repvit.metrics.StageTimes;
import io.repvit.metrics.Traffic;
import io.repvit.predict.Conditions;
import io.repvit.predict.PartitionReport;
import io.repvit.predict.Scorer;
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
 * What a run did, as JSON beside its tables. It is written last: a run without one is not complete.
 *
 * @param schemaVersion {@link #SCHEMA}; grows when a field changes its meaning or goes
 * @param runId name of the run
 * @param runDate logical date, ISO
 * @param startedAt when listing began
 * @param finishedAt when both tables stood
 * @param input roots that were listed
 * @param inputDigest fingerprint of the listed images' paths and versions, {@link
 *     io.repvit.metrics.InputDigest}
 * @param skipped objects, shards or rows of the input that were scored before
 * @param skippedFailed objects, shards or rows that failed before and would fail again
 * @param leftOut names of the input that were left out, by {@link io.repvit.metrics.LeftOut.Rule}
 * @param listed images that were not skipped; always {@code predicted + quarantined}
 * @param predicted rows in predictions
 * @param quarantined rows in quarantine
 * @param quarantineReasons rows in quarantine by stage and code
 * @param labels rows in predictions by label, the most frequent {@link LabelMix#RECORDED} one by
 *     one
 * @param scores of the best classes
 * @param embeddingMean by dimension; empty if the model gives no embedding
 * @param reused images whose bytes were those of another image of the run and were not scored again
 * @param bytes encoded bytes of the listed objects
 * @param model variant, hash of the file and fingerprint of the preprocessing
 * @param conditions under which images that failed for their own sake fail again, {@link
 *     io.repvit.predict.Conditions}
 * @param card what the model file says of itself, without its labels
 * @param tasksByGraph tasks by the graph that their session ran: stock, rewritten, fallback
 * @param phases wall time of the attempt that published, seconds by phase, until this was written
 * @param partitions tasks
 * @param waves that they were done in
 * @param attempts that did them, those that did none not counted
 * @param classifySeconds wall time of the waves, and of publication
 * @param imagesPerSecond listed objects by that time
 * @param coreSeconds wall time of tasks times the cores each may use
 * @param imagesPerSecondPerCore listed objects by {@code coreSeconds}
 * @param stages how long each stage took
 * @param storage requests and bytes of tasks and driver
 * @param drift from the run before, or why it was not asked for
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
    long reused,
    long bytes,
    Scorer model,
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
   * @param mean null without predictions
   * @param histogram scores in each fiftieth of 0 to 1
   */
  public record ScoreSummary(@Nullable Double mean, List<Long> histogram) {
    static ScoreSummary of(Scores s) {
      return new ScoreSummary(s.mean().isPresent() ? s.mean().getAsDouble() : null, s.bins());
    }
  }

  /**
   * How long a stage took.
   *
   * @param count how often
   * @param seconds together
   * @param p50Ms half of them took at most so long, milliseconds; null if there were none
   * @param p99Ms 99 % of them took at most so long, milliseconds; null if there were none
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
   * Of a run whose tables stand.
   *
   * @param input as the user gave it
   * @param start when listing began
   * @param phases seconds by phase
   */
  public static RunManifest of(
      RunKey key,
      List<String> input,
      ModelCard card,
      Scorer scorer,
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
        report.reused(),
        report.bytes(),
        scorer,
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

  /** The file. */
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
