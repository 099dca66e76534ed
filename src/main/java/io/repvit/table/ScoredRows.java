package io.repvit.table;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.array_union;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.when;

import io.repvit.source.Quarantined;
import io.repvit.source.SourceObject;
import io.repvit.source.VersionColumn;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of the scored index: whether published runs have scored each source object or failed on
 * it. They do not contain the predictions.
 */
public final class ScoredRows {
  /** Unique name of the run. */
  public static final String RUN = "run";

  /**
   * The {@link io.repvit.predict.Conditions} under which an object fails again that failed because
   * of its content; otherwise null.
   */
  public static final String CONDITIONS = "conditions";

  public static final String PATH = "path";
  public static final String VERSION = "version";

  /** Whether the object is a shard or a file of a table, and not an object with one image. */
  public static final String SHARD = "shard";

  /** Whether the object is in quarantine; otherwise it is scored. */
  public static final String FAILED = "failed";

  /**
   * Whether a failed object is no image, neither by content nor by name; such objects do not count
   * towards the quarantine rate.
   */
  public static final String OTHER_CONTENT = "other_content";

  public static final String MODEL = "model_sha256";

  /** Fingerprint of the preprocessing; null for failed objects. */
  public static final String PREPROCESSING = "preprocessing";

  /** The columns. */
  public static final StructType SCHEMA =
      new StructType()
          .add(PATH, DataTypes.StringType)
          .add(VERSION, DataTypes.StringType)
          .add(SHARD, DataTypes.BooleanType)
          .add(FAILED, DataTypes.BooleanType)
          .add(CONDITIONS, DataTypes.StringType)
          .add(OTHER_CONTENT, DataTypes.BooleanType)
          .add(MODEL, DataTypes.StringType)
          .add(PREPROCESSING, DataTypes.StringType)
          .add(RUN, DataTypes.StringType);

  private static final Column NONE = lit(null).cast(DataTypes.StringType);

  private ScoredRows() {}

  /**
   * Computes the rows of published runs from their tables. A shard or a file of a table is scored
   * if a run has read it to its end and predicted at least one of its images; damaged images in it
   * do not cause another try. It has failed if a run has read it to its end and every image in it
   * failed because of its content. Rows without a version are left out.
   *
   * @param predictions columns of the predictions table, and {@link #RUN}
   * @param quarantine columns of the quarantine table, and {@link #RUN} and {@link #CONDITIONS} of
   *     the run
   */
  public static Dataset<Row> of(Dataset<Row> predictions, Dataset<Row> quarantine) {
    Dataset<Row> predicted =
        predictions.withColumn(VERSION, version()).withColumn(OTHER_CONTENT, lit(false));
    Dataset<Row> refused =
        quarantine.select(
            col(RUN),
            col(PATH),
            version(),
            col(MODEL),
            when(failsAgain(), col(CONDITIONS)).as(CONDITIONS),
            col("code"),
            col("code").equalTo(Quarantined.NOT_AN_IMAGE).as(OTHER_CONTENT),
            failsAgain().as("fails_again"),
            leavesShardUnread().as("unread"));
    Column scored = lit(false).as(FAILED);
    Column failed = lit(true).as(FAILED);
    Dataset<Row> objects =
        rows(predicted, false, scored, NONE, col(PREPROCESSING))
            .union(rows(refused, false, failed, col(CONDITIONS), NONE));
    Dataset<Row> inShards = predicted.where(isInShard());
    Dataset<Row> unread =
        refused.where(col("unread")).withColumn(PATH, explode(shardsOrSelf())).select(RUN, PATH);
    Dataset<Row> scoredShards =
        rows(shards(inShards), true, scored, NONE, col(PREPROCESSING))
            .distinct()
            .join(unread, new String[] {RUN, PATH}, "left_anti");
    Dataset<Row> retried =
        refused
            .where(not(col("fails_again")))
            .withColumn(PATH, explode(shardsOrSelf()))
            .select(RUN, PATH);
    Dataset<Row> failedShards =
        rows(
                refused
                    .where(col("fails_again"))
                    .withColumn(
                        PATH, explode(when(isUnopened(), shardsOrSelf()).otherwise(shardsOf()))),
                true,
                failed,
                col(CONDITIONS),
                NONE)
            .distinct()
            .join(retried, new String[] {RUN, PATH}, "left_anti")
            .join(shards(inShards), new String[] {RUN, PATH}, "left_anti");
    return objects
        .union(ordered(scoredShards))
        .union(ordered(failedShards))
        .where(col(VERSION).isNotNull());
  }

  private static Dataset<Row> shards(Dataset<Row> images) {
    return images.withColumn(PATH, explode(shardsOf()));
  }

  private static Dataset<Row> rows(
      Dataset<Row> rows, boolean shard, Column failed, Column conditions, Column preprocessing) {
    return rows.select(
        col(PATH),
        col(VERSION),
        lit(shard).as(SHARD),
        failed,
        conditions.as(CONDITIONS),
        col(OTHER_CONTENT),
        col(MODEL),
        preprocessing.as(PREPROCESSING),
        col(RUN));
  }

  /** Restores the order of columns, because a join moves its key columns to the front. */
  private static Dataset<Row> ordered(Dataset<Row> rows) {
    return rows.select(
        Arrays.stream(SCHEMA.fieldNames()).map(name -> col(name)).toArray(Column[]::new));
  }

  /**
   * Whether the image of a quarantine row fails again under the same conditions. Failures of the
   * store or the machine may not occur again, and carried columns are no property of the image.
   */
  private static Column failsAgain() {
    return col("stage")
        .equalTo("decode")
        .and(not(col("code").equalTo("DECODER_BUSY")))
        .or(col("stage").equalTo("list").and(not(col("code").startsWith("CARRIED_"))))
        .or(isMember());
  }

  /**
   * Whether a quarantine row is of an object that was not opened because of its name. Only such a
   * row applies to a shard too: a zip archive that failed as an image may succeed as a shard.
   */
  private static Column isUnopened() {
    return col("code").isin("BAD_PATH", "BAD_NAME");
  }

  /** Whether a quarantine row says that a shard was not read to its end. */
  private static Column leavesShardUnread() {
    return col("stage").equalTo("fetch").and(not(isMember()));
  }

  /**
   * Whether a quarantine row is of a damaged member of a shard: their codes end with {@code
   * _MEMBER}.
   */
  private static Column isMember() {
    return col("code").endsWith("_MEMBER");
  }

  /** {@link SourceObject#version()} of a row. */
  private static Column version() {
    return VersionColumn.of(col("etag"), unix_millis(col("modified_at")), col("length"))
        .as(VERSION);
  }

  private static Column isInShard() {
    return col(PATH).contains("#");
  }

  /**
   * The possible shards of an image: {@code a.tar} for {@code a.tar#b.png}; {@code a} or {@code
   * a#b} for {@code a#b#c}, because names may contain the separator. An image has the version of
   * its shard, so only the right one matches.
   */
  private static Column shardsOf() {
    Column parts = split(col(PATH), "#");
    return when(
            size(parts).gt(1),
            transform(
                sequence(lit(1), size(parts).minus(1)),
                n -> array_join(slice(parts, lit(1), n), "#")))
        .otherwise(array().cast("array<string>"));
  }

  private static Column shardsOrSelf() {
    return array_union(shardsOf(), array(col(PATH)));
  }
}
