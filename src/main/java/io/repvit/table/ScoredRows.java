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

import io.repvit.source.ImageObject;
import io.repvit.source.Quarantined;
import io.repvit.source.VersionColumn;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What published runs did with each object, shard and file of a table, without what they found. */
public final class ScoredRows {
  /** A run, by a name that no other has. */
  public static final String RUN = "run";

  /** Of what failed for its own sake: under which conditions it fails again; else null. */
  public static final String CONDITIONS = "conditions";

  public static final String PATH = "path";
  public static final String VERSION = "version";

  /** Whether it is a shard or a file of a table, and not an object with one image. */
  public static final String SHARD = "shard";

  /** Whether it went to quarantine; else it was scored. */
  public static final String FAILED = "failed";

  /** Of what failed: whether it is no image, and so counts for no quarantine rate. */
  public static final String OTHER_CONTENT = "other_content";

  public static final String MODEL = "model_sha256";

  /** Null for what failed. */
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
   * Of published runs. A shard or file of a table is scored when a run made predictions of it and
   * read it to its end; images in it that are broken do not bring it back. It has failed when it
   * was read to its end and every image in it failed for its own sake. Rows without a version tell
   * nothing.
   *
   * @param predictions columns of the table of predictions, and {@link #RUN}
   * @param quarantine columns of the table of quarantine, {@link #RUN} and {@link #CONDITIONS} of
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
            when(fails(), col(CONDITIONS)).as(CONDITIONS),
            col("code"),
            col("code").equalTo(Quarantined.NOT_AN_IMAGE).as(OTHER_CONTENT),
            fails().as("fails"),
            unread().as("unread"));
    Column scored = lit(false).as(FAILED);
    Column failed = lit(true).as(FAILED);
    Dataset<Row> objects =
        rows(predicted, false, scored, NONE, col(PREPROCESSING))
            .union(rows(refused, false, failed, col(CONDITIONS), NONE));
    Dataset<Row> inShards = predicted.where(isInShard());
    Dataset<Row> unread =
        refused.where(col("unread")).withColumn(PATH, explode(shardsOrSelf())).select(RUN, PATH);
    Dataset<Row> whole =
        rows(shards(inShards), true, scored, NONE, col(PREPROCESSING))
            .distinct()
            .join(unread, new String[] {RUN, PATH}, "left_anti");
    Dataset<Row> retried =
        refused
            .where(not(col("fails")))
            .withColumn(PATH, explode(shardsOrSelf()))
            .select(RUN, PATH);
    Dataset<Row> hopeless =
        rows(
                refused
                    .where(col("fails"))
                    .withColumn(
                        PATH, explode(when(unnamed(), shardsOrSelf()).otherwise(shardsOf()))),
                true,
                failed,
                col(CONDITIONS),
                NONE)
            .distinct()
            .join(retried, new String[] {RUN, PATH}, "left_anti")
            .join(shards(inShards), new String[] {RUN, PATH}, "left_anti");
    return objects.union(ordered(whole)).union(ordered(hopeless)).where(col(VERSION).isNotNull());
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

  /** A join moves its columns to the front. */
  private static Dataset<Row> ordered(Dataset<Row> rows) {
    return rows.select(
        Arrays.stream(SCHEMA.fieldNames()).map(name -> col(name)).toArray(Column[]::new));
  }

  /**
   * Whether a row of quarantine tells of an image that fails again. What the store or the machine
   * did may be otherwise next time, and which columns are carried is no property of the image.
   */
  private static Column fails() {
    return col("stage")
        .equalTo("decode")
        .and(not(col("code").equalTo("DECODER_BUSY")))
        .or(col("stage").equalTo("list").and(not(col("code").startsWith("CARRIED_"))))
        .or(isMember());
  }

  /**
   * Whether a row of quarantine is of an object that is never opened. Only then it tells of a shard
   * what it tells of the object: a zip archive that is no image may be read as a zip archive.
   */
  private static Column unnamed() {
    return col("code").isin("BAD_PATH", "BAD_NAME");
  }

  /** Whether a row of quarantine tells that a shard was not read to its end. */
  private static Column unread() {
    return col("stage").equalTo("fetch").and(not(isMember()));
  }

  /** Of what is in a shard, codes that end so are the member's own fault. */
  private static Column isMember() {
    return col("code").endsWith("_MEMBER");
  }

  /** {@link ImageObject#version()} of a row. */
  private static Column version() {
    return VersionColumn.of(col("etag"), unix_millis(col("modified_at")), col("length"))
        .as(VERSION);
  }

  private static Column isInShard() {
    return col(PATH).contains("#");
  }

  /**
   * The shards in which an image may stand: of {@code a.tar#b.png} it is {@code a.tar}, and of
   * {@code a#b#c} it is {@code a} or {@code a#b}, for names may have the mark too. The version,
   * which images have from their shards, tells which.
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
