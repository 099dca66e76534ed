package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.analytics.Labels;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Divides images into parts, each class in the same proportions. An image's place in its class is
 * that of a hash of its key and a seed, so the same images are divided in the same way again, and
 * images with the same key are in the same part.
 *
 * <p>Only the class and the hash of an image are shuffled. The driver then holds one bound per
 * class and part, and the part of an image follows from its hash without another shuffle.
 */
final class Strata {
  private static final String BOUNDS = "_bounds";
  private static final String PARTS = "_parts";
  private static final String HASH = "_hash";

  private Strata() {}

  /** The part of an image. */
  interface Part {
    /**
     * An expression of type int.
     *
     * @param rank the image's place among the images of its class, from 0
     * @param images number of images of its class
     */
    Column of(Column rank, Column images);
  }

  /** Folds 0 to {@code folds - 1}, whose sizes differ by at most one image per class. */
  static Part folds(int folds) {
    return (rank, images) -> rank.multiply(folds).divide(images).cast("int");
  }

  /**
   * Adds a column with the part of each image.
   *
   * @param rows rows with {@code key} and {@code truth}
   */
  static Dataset<Row> add(Dataset<Row> rows, String column, long seed, Part part) {
    Column hash = xxhash64(lit(seed), col("key"));
    WindowSpec ofClass = Window.partitionBy(Labels.COLUMN);
    List<Row> bounds =
        rows.select(col(Labels.COLUMN), hash.as(HASH))
            .withColumn("rank", row_number().over(ofClass.orderBy(HASH)).minus(1))
            .withColumn("images", count(lit(1)).over(ofClass))
            .groupBy(col(Labels.COLUMN), part.of(col("rank"), col("images")).as("part"))
            .agg(max(HASH).as(HASH))
            .orderBy(Labels.COLUMN, HASH)
            .collectAsList();
    Column place = size(filter(col(BOUNDS), bound -> bound.lt(hash))).plus(1);
    return rows.join(broadcast(table(rows, bounds)), Labels.COLUMN)
        .withColumn(column, element_at(col(PARTS), place))
        .drop(BOUNDS, PARTS);
  }

  /** One row per class: the largest hash of each part, ascending, and the parts. */
  private static Dataset<Row> table(Dataset<Row> rows, List<Row> bounds) {
    var table = new ArrayList<Row>();
    for (int from = 0; from < bounds.size(); ) {
      String truth = bounds.get(from).getString(0);
      var hashes = new ArrayList<Long>();
      var parts = new ArrayList<Integer>();
      for (; from < bounds.size() && bounds.get(from).getString(0).equals(truth); from++) {
        parts.add(bounds.get(from).getInt(1));
        hashes.add(bounds.get(from).getLong(2));
      }
      table.add(RowFactory.create(truth, hashes, parts));
    }
    var schema =
        new StructType()
            .add(Labels.COLUMN, DataTypes.StringType, false)
            .add(BOUNDS, DataTypes.createArrayType(DataTypes.LongType, false), false)
            .add(PARTS, DataTypes.createArrayType(DataTypes.IntegerType, false), false);
    return rows.sparkSession().createDataFrame(table, schema);
  }
}
