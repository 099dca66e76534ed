package io.repvit.analytics;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import io.repvit.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Images with an embedding and a true label, for training.
 *
 * @param rows one row per image: {@code path}, {@code key} (the hash of the bytes, or the path),
 *     {@code truth}, {@code label} (index of the class, a double as MLlib needs it) and {@code
 *     features} (the embedding as a vector of MLlib)
 * @param width values per embedding
 * @param images images by class, sorted by name, which is the order of the indices
 * @param withoutLabel images that have no true label
 * @param withoutEmbedding images with a true label whose embedding is null or not finite
 */
record LabelledEmbeddings(
    Dataset<Row> rows,
    int width,
    SortedMap<String, Long> images,
    long withoutLabel,
    long withoutEmbedding) {

  /**
   * Maximum number of classes. More are usually names of files or a wrong column, and the driver
   * holds the weights of each class.
   */
  static final int MAX_CLASSES = 20_000;

  /** The columns that {@link #of} reads, beside that of the labels. */
  static final String[] NEEDED = {"path", "embedding"};

  /**
   * Prepares rows, with one pass over them.
   *
   * @param rows rows with {@code path}, {@code embedding} and {@link Labels#COLUMN}, and {@code
   *     content_sha256} if the rows have it
   * @throws UserException if no image remains, if there is one class only, or if embeddings have
   *     different widths
   */
  static LabelledEmbeddings of(Dataset<Row> rows) throws UserException {
    Column embedding = col("embedding");
    Column usable =
        embedding
            .isNotNull()
            .and(size(embedding).gt(0))
            .and(
                not(
                    exists(
                        embedding,
                        x ->
                            x.isNull()
                                .or(x.isNaN())
                                .or(abs(x).equalTo(lit(Float.POSITIVE_INFINITY))))));
    Column truth = col(Labels.COLUMN);
    List<Row> counts =
        rows.groupBy(truth)
            .agg(
                count(lit(1)),
                count(when(usable, 1)),
                min(when(usable, size(embedding))),
                max(when(usable, size(embedding))))
            .limit(MAX_CLASSES + 2)
            .collectAsList();
    var images = new TreeMap<String, Long>();
    long withoutLabel = 0;
    long withoutEmbedding = 0;
    int narrowest = Integer.MAX_VALUE;
    int widest = 0;
    for (Row row : counts) {
      long all = row.getLong(1);
      long used = row.getLong(2);
      if (row.isNullAt(0)) {
        withoutLabel = all;
        continue;
      }
      withoutEmbedding += all - used;
      if (used > 0) {
        images.put(row.getString(0), used);
        narrowest = Math.min(narrowest, row.getInt(3));
        widest = Math.max(widest, row.getInt(4));
      }
    }
    requireClasses(images, withoutLabel, withoutEmbedding);
    if (narrowest != widest) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the embeddings have from %d to %d values, expected the same width in all rows; pass the"
                  + " predictions of one model",
              narrowest,
              widest));
    }
    Dataset<Row> indexed =
        rows.where(usable)
            .join(broadcast(indices(rows, List.copyOf(images.keySet()))), Labels.COLUMN)
            .select(
                col("path"),
                key(rows).as("key"),
                truth,
                col("label"),
                functions.array_to_vector(embedding).as("features"));
    return new LabelledEmbeddings(indexed, widest, images, withoutLabel, withoutEmbedding);
  }

  /** The names of the classes, by index. */
  List<String> classes() {
    return List.copyOf(images.keySet());
  }

  long total() {
    return images.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void requireClasses(
      SortedMap<String, Long> images, long withoutLabel, long withoutEmbedding)
      throws UserException {
    if (images.isEmpty()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "no image has a true label and an embedding: %d have no label, %d have a label but no"
                  + " embedding; compare the paths of predictions and labels",
              withoutLabel,
              withoutEmbedding));
    }
    if (images.size() == 1) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "all %d images have the label '%s', expected at least two classes",
              images.get(images.firstKey()),
              images.firstKey()));
    }
    if (images.size() > MAX_CLASSES) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the images have more than %d different labels, such as '%s' and '%s', expected the names of"
                  + " classes; are these the names of files?",
              MAX_CLASSES,
              images.firstKey(),
              images.lastKey()));
    }
  }

  private static Column key(Dataset<Row> rows) {
    return List.of(rows.columns()).contains("content_sha256")
        ? coalesce(col("content_sha256"), col("path"))
        : col("path");
  }

  private static Dataset<Row> indices(Dataset<Row> rows, List<String> classes) {
    var table = new ArrayList<Row>();
    for (String name : classes) {
      table.add(RowFactory.create(name, (double) table.size()));
    }
    var schema =
        new StructType()
            .add(Labels.COLUMN, DataTypes.StringType, false)
            .add("label", DataTypes.DoubleType, false);
    return rows.sparkSession().createDataFrame(table, schema);
  }
}
