package io.repvit.analytics.probe;

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
import io.repvit.analytics.Labels;
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
 * Images with an embedding and a true label, for training. Public for {@code analytics.audit} only.
 *
 * @param rows one row per image: {@code path}, {@code key} (the hash of the bytes, or the path),
 *     {@code truth}, {@code label} (index of the class, a double as MLlib needs it), {@code weight}
 *     (with which all classes weigh the same, 1 on average) and {@code features} (the embedding as
 *     a vector of MLlib)
 * @param width values per embedding
 * @param images images by class, sorted by name, which is the order of the indices
 * @param leftOut images by class of the classes with too few images
 * @param withoutLabel images that have no true label
 * @param withoutEmbedding images with a true label whose embedding is null or not finite
 */
public record LabelledEmbeddings(
    Dataset<Row> rows,
    int width,
    SortedMap<String, Long> images,
    SortedMap<String, Long> leftOut,
    long withoutLabel,
    long withoutEmbedding) {

  /**
   * Maximum number of classes. More are usually names of files or a wrong column, and the driver
   * holds the weights of each class.
   */
  static final int MAX_CLASSES = 20_000;

  /** Size of a partition of the embeddings, in bytes: small data are not spread over many tasks. */
  private static final long PARTITION_BYTES = 16 << 20;

  /** Prepares rows with all their classes. */
  public static LabelledEmbeddings of(Dataset<Row> rows) throws UserException {
    return of(rows, 1);
  }

  /**
   * Prepares rows, with one pass over them.
   *
   * @param rows rows with {@code path}, {@code embedding} and {@link Labels#COLUMN}, and {@code
   *     content_sha256} if the rows have it
   * @param minImages classes with fewer images are left out
   * @throws UserException if no image remains, if there is one class only, or if embeddings have
   *     different widths
   */
  static LabelledEmbeddings of(Dataset<Row> rows, int minImages) throws UserException {
    Column usable = usable();
    Column width = when(usable, size(col("embedding")));
    List<Row> counts =
        rows.groupBy(col(Labels.COLUMN))
            .agg(count(lit(1)), count(when(usable, 1)), min(width), max(width))
            .limit(MAX_CLASSES + 2)
            .collectAsList();
    var images = new TreeMap<String, Long>();
    var leftOut = new TreeMap<String, Long>();
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
      if (used > 0 && used < minImages) {
        leftOut.put(row.getString(0), used);
      } else if (used > 0) {
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
    Dataset<Row> prepared = prepared(rows, broadcast(indices(rows, images)), "inner");
    return new LabelledEmbeddings(
        prepared, widest, images, leftOut, withoutLabel, withoutEmbedding);
  }

  /** Whether the embedding can be used: it has values, and all are finite. */
  private static Column usable() {
    Column embedding = col("embedding");
    return embedding
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
  }

  private static Dataset<Row> prepared(Dataset<Row> rows, Dataset<Row> indices, String join) {
    // The table has a column "label", too: the one that its model predicted.
    return rows.where(usable())
        .select(col("path"), key(rows).as("key"), col(Labels.COLUMN), col("embedding"))
        .join(indices, new String[] {Labels.COLUMN}, join)
        .select(
            col("path"),
            col("key"),
            col(Labels.COLUMN),
            col("label"),
            col("weight"),
            functions.array_to_vector(col("embedding")).as("features"));
  }

  /**
   * Other images of the same classes.
   *
   * @param rows as in {@link LabelledEmbeddings}
   * @param withoutClass images with an embedding whose label is no class or unknown
   */
  record Others(Dataset<Row> rows, long withoutClass) {}

  /**
   * Prepares other images of these classes.
   *
   * @param others as for {@link #of}
   * @throws UserException if no image has one of the classes, or embeddings have another width
   */
  Others others(Dataset<Row> others) throws UserException {
    Dataset<Row> labelled =
        prepared(others, broadcast(indices(others, images)), "left")
            .withColumn("width", size(functions.vector_to_array(col("features"), "float64")));
    Row counts =
        labelled
            .agg(count(lit(1)), count(col("label")), min(col("width")), max(col("width")))
            .first();
    if (counts.getLong(1) == 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "none of the %d test images with an embedding has a label of the training images, such as"
                  + " '%s'",
              counts.getLong(0),
              images.firstKey()));
    }
    if (counts.getInt(2) != width || counts.getInt(3) != width) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the embeddings of the test images have %d values, those of the training images %d; pass"
                  + " predictions of the same model",
              counts.getInt(3) == width ? counts.getInt(2) : counts.getInt(3),
              width));
    }
    return new Others(
        labelled.where(col("label").isNotNull()).drop("width"),
        counts.getLong(0) - counts.getLong(1));
  }

  /** The names of the classes, by index. */
  public List<String> classes() {
    return List.copyOf(images.keySet());
  }

  long total() {
    return images.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Fewer partitions of {@link #rows}: each iteration of a training is a job with a task per
   * partition, so partitions of a few images cost more than the images.
   */
  static Dataset<Row> inPartitions(Dataset<Row> rows, long images, int width) {
    long bytes = images * width * Double.BYTES;
    return rows.coalesce((int) Math.min(Integer.MAX_VALUE, 1 + bytes / PARTITION_BYTES));
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

  private static Dataset<Row> indices(Dataset<Row> rows, SortedMap<String, Long> images) {
    double even = images.values().stream().mapToLong(n -> n).average().orElseThrow();
    var table = new ArrayList<Row>();
    images.forEach(
        (name, n) -> table.add(RowFactory.create(name, (double) table.size(), even / n)));
    var schema =
        new StructType()
            .add(Labels.COLUMN, DataTypes.StringType, false)
            .add("label", DataTypes.DoubleType, false)
            .add("weight", DataTypes.DoubleType, false);
    return rows.sparkSession().createDataFrame(table, schema);
  }
}
