package io.repvit.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.repvit.inference.ModelCard;
import io.repvit.spark.PartitionReport;
import io.repvit.spark.RunKey;
import io.repvit.spark.Scorer;
import io.repvit.spark.StageTimes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a run did, as JSON beside its tables. It is written last: a run without one is not complete.
 *
 * @param runId name of the run
 * @param runDate logical date, ISO
 * @param startedAt when listing began
 * @param finishedAt when both tables stood
 * @param input roots that were listed
 * @param skipped objects, shards or rows of the input that were scored before
 * @param listed images that were not; always {@code predicted + quarantined}
 * @param predicted rows in predictions
 * @param quarantined rows in quarantine
 * @param quarantineReasons rows in quarantine by stage and code
 * @param labels rows in predictions by label
 * @param bytes encoded bytes of the listed objects
 * @param model variant, hash of the file and fingerprint of the preprocessing
 * @param card what the model file says of itself, without its labels
 * @param partitions tasks
 * @param classifySeconds wall time from the first task's launch to publication
 * @param imagesPerSecond listed objects by that time
 * @param taskSeconds where task threads spent their time
 */
record RunManifest(
    String runId,
    String runDate,
    String startedAt,
    String finishedAt,
    List<String> input,
    long skipped,
    long listed,
    long predicted,
    long quarantined,
    Map<String, Long> quarantineReasons,
    Map<String, Long> labels,
    long bytes,
    Scorer model,
    Map<String, String> card,
    int partitions,
    double classifySeconds,
    double imagesPerSecond,
    Map<String, Double> taskSeconds) {

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  static RunManifest of(
      ClassifyConfig config,
      ModelCard card,
      Scorer scorer,
      Instant start,
      long skipped,
      PartitionReport report,
      int partitions,
      double seconds) {
    long listed = report.rows();
    var text = card.toMetadata();
    text.keySet().removeIf(k -> k.endsWith(".labels"));
    return new RunManifest(
        config.key().id(),
        config.key().date().toString(),
        start.toString(),
        Instant.now().toString(),
        config.input().uris(),
        skipped,
        listed,
        report.predicted(),
        report.quarantinedTotal(),
        report.quarantined(),
        report.labels(),
        report.bytes(),
        scorer,
        text,
        partitions,
        seconds,
        listed / seconds,
        seconds(report.times()));
  }

  String json() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of text and numbers is always JSON", e);
    }
  }

  /** Writes the manifest so that readers see all of it or nothing. */
  void write(RunKey key, Configuration configuration) throws IOException {
    Path place = key.manifest();
    FileSystem fs = place.getFileSystem(configuration);
    // An S3 object appears when its stream closes; elsewhere a rename makes it whole.
    Path written =
        fs.getUri().getScheme().equals("s3a")
            ? place
            : new Path(place.getParent(), "_manifest.writing");
    try (FSDataOutputStream out = fs.create(written, true)) {
      out.write(json().getBytes(StandardCharsets.UTF_8));
    }
    if (!written.equals(place) && !fs.rename(written, place)) {
      throw new IOException("cannot rename " + written + " to " + place);
    }
  }

  private static Map<String, Double> seconds(StageTimes t) {
    var seconds = new LinkedHashMap<String, Double>();
    seconds.put("fetch_wait", t.fetchWait() / 1e9);
    seconds.put("decode", t.decode() / 1e9);
    seconds.put("preprocess", t.preprocess() / 1e9);
    seconds.put("infer", t.infer() / 1e9);
    seconds.put("write", t.write() / 1e9);
    return seconds;
  }
}
