package io.repvit.input;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.array_union;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What need not be scored again, as rows of runs tell. Nothing is read before somebody asks.
 *
 * @param objects {@code path} and {@link ImageObject#version() version} of objects with one image
 * @param packs {@code path} and {@code version} of shards and files of tables
 * @param failed {@code path} and {@code version} of what went to quarantine in earlier runs
 */
public record Scored(Dataset<Row> objects, Dataset<Row> packs, Dataset<Row> failed) {
  static final String PATH = "path";
  static final String VERSION = "version";

  /** Columns of both. */
  static final StructType SCHEMA =
      new StructType()
          .add(PATH, DataTypes.StringType, false)
          .add(VERSION, DataTypes.StringType, true);

  private static final String RUN_DATE = "run_date";
  private static final String RUN_ID = "run_id";

  /**
   * Of runs that are published. An object is scored when it has a prediction: what went to
   * quarantine is tried again. A shard or file of a table is scored when a run made predictions of
   * it and read it to its end; images in it that are broken do not bring it back.
   *
   * @param predictions columns of the table of predictions, run_date and run_id, of one scorer
   * @param quarantine columns of the table of quarantine, run_date and run_id, of the same runs
   */
  public static Scored published(Dataset<Row> predictions, Dataset<Row> quarantine) {
    // Of what is in a pack, codes that end so are the member's own fault.
    Column unread = col("stage").equalTo("fetch").and(not(col("code").endsWith("_MEMBER")));
    Dataset<Row> broken =
        quarantine
            .where(unread)
            .select(col(RUN_DATE), col(RUN_ID), explode(packsOrSelf()).as(PATH))
            .distinct();
    Dataset<Row> whole =
        predictions
            .select(col(RUN_DATE), col(RUN_ID), explode(packsOf()).as(PATH), version())
            .distinct()
            .join(broken, new String[] {RUN_DATE, RUN_ID, PATH}, "left_anti");
    return new Scored(
        predictions.select(col(PATH), version()),
        whole.select(PATH, VERSION),
        quarantine.select(col(PATH), version()));
  }

  /** {@link ImageObject#version()} of a row. */
  private static Column version() {
    Column made =
        concat(
            lit("\""),
            lower(hex(unix_millis(col("modified_at")))),
            lit("-"),
            lower(hex(col("length"))),
            lit("\""));
    return coalesce(col("etag"), made).as(VERSION);
  }

  /**
   * The packs in which an image may stand: of {@code a.tar#b.png} it is {@code a.tar}, and of
   * {@code a#b#c} it is {@code a} or {@code a#b}, for names may have the mark too. The version,
   * which images have from their packs, tells which.
   */
  private static Column packsOf() {
    Column parts = split(col(PATH), "#");
    return when(
            size(parts).gt(1),
            transform(
                sequence(lit(1), size(parts).minus(1)),
                n -> array_join(slice(parts, lit(1), n), "#")))
        .otherwise(array().cast("array<string>"));
  }

  private static Column packsOrSelf() {
    return array_union(packsOf(), array(col(PATH)));
  }
}
