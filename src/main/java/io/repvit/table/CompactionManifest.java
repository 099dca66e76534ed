package io.repvit.table;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The manifest of a {@link Compaction}. It has the fields that all its runs have in common: the
 * model and the conditions under which failed images fail again.
 */
final class CompactionManifest {
  private static final String MODEL = "model";
  private static final List<String> MODEL_FIELDS = List.of("model_sha256", "preprocessing");
  private static final int ID_DIGITS = 16;

  /** The fields of manifests that are equal for runs of a compaction. */
  static final StructType KIND =
      new StructType()
          .add(ScoredRows.CONDITIONS, DataTypes.StringType)
          .add(
              MODEL,
              new StructType()
                  .add(MODEL_FIELDS.get(0), DataTypes.StringType)
                  .add(MODEL_FIELDS.get(1), DataTypes.StringType));

  private CompactionManifest() {}

  /** Equal for runs that one compaction may have. */
  static String kind(Row manifest) {
    return manifest.getAs(ScoredRows.CONDITIONS) + " " + manifest.getAs(MODEL);
  }

  /**
   * The id of a compaction: the same for the same runs, so that a second attempt replaces what a
   * killed one has left.
   */
  static String id(List<String> runs) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", runs).getBytes(StandardCharsets.UTF_8));
      return "compacted-" + HexFormat.of().formatHex(hash).substring(0, ID_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** The manifest of a compaction of runs of one kind, without the counts of rows. */
  static ObjectNode of(
      SparkSession spark, Path output, RunKey key, List<ScoredRuns.Published> runs) {
    Row kind = ScoredRuns.manifests(spark, output, runs.subList(0, 1), KIND).first();
    ObjectNode manifest =
        new ObjectMapper()
            .createObjectNode()
            .put("run_id", key.id())
            .put("run_date", key.date().toString())
            .put("finished_at", Instant.now().toString());
    String conditions = kind.getAs(ScoredRows.CONDITIONS);
    if (conditions != null) {
      manifest.put(ScoredRows.CONDITIONS, conditions);
    }
    Row model = kind.getAs(MODEL);
    if (model != null) {
      ObjectNode node = manifest.putObject(MODEL);
      for (String field : MODEL_FIELDS) {
        node.put(field, model.<String>getAs(field));
      }
    }
    return manifest;
  }
}
