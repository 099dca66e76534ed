package io.repvit.source;

import static java.util.stream.Collectors.joining;

import io.repvit.UserException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * A data set as people keep it. Several places are one data set, and what more than one of them
 * reaches counts once.
 */
public sealed interface Input {

  /** URIs of the places; where they are folders, they may be globs. */
  List<String> uris();

  /** Canonical text, equal for inputs that are read in the same way. */
  String text();

  /** An input of source objects, each with one image, or each a shard with many. */
  non-sealed interface Objects extends Input {
    /**
     * What names the source objects. Nothing is listed yet.
     *
     * @param output folders where runs write; the listing leaves them out
     * @throws UserException when the input is malformed, missing or unreadable
     * @throws IOException when a file system cannot be reached
     */
    List<ObjectSource> sources(SparkSession spark, List<Path> output)
        throws UserException, IOException;

    /** How a task reads the images of listed source objects. */
    default ImageSource<SourceObject> images() {
      return ObjectImages::open;
    }

    /** Whether a source object is a shard, whose number of images only reading it tells. */
    default boolean areShards() {
      return false;
    }
  }

  /** An image per object, in folders. */
  record Files(List<String> uris) implements Objects {
    @Override
    public String text() {
      return "files; " + quoted("uris", uris);
    }

    @Override
    public List<ObjectSource> sources(SparkSession spark, List<Path> output)
        throws UserException, IOException {
      return folders(uris, List.of(), spark, output);
    }
  }

  /**
   * An image per object, named in lists: a path a line, a CSV file with a header, or Parquet.
   *
   * @param carry columns of the lists that go into the tables
   */
  record Paths(List<String> uris, List<String> carry) implements Objects {
    @Override
    public String text() {
      return "paths; " + quoted("uris", uris) + quoted("carry", carry);
    }

    @Override
    public List<ObjectSource> sources(SparkSession spark, List<Path> output) throws UserException {
      return List.of(PathLists.of(this, spark));
    }
  }

  /** An image per object, named in reports of S3 Inventory: URIs of their manifest.json. */
  record Inventory(List<String> uris) implements Objects {
    @Override
    public String text() {
      return "inventory; " + quoted("uris", uris);
    }

    @Override
    public List<ObjectSource> sources(SparkSession spark, List<Path> output) throws UserException {
      return List.of(Inventories.of(this, spark));
    }
  }

  /**
   * Tables with the images in a column.
   *
   * @param uris of folders or files; of {@code iceberg}, names of tables: catalog, namespace, table
   * @param format what Spark calls it: parquet, orc, avro, iceberg
   * @param imageColumn binary, or a struct with a binary field {@code bytes}
   * @param keyColumn names a row; null takes its file and number, which Parquet and Iceberg alone
   *     have
   * @param carry columns that go into the tables; a dot leads to a field of a struct
   */
  record Table(
      List<String> uris,
      String format,
      String imageColumn,
      @Nullable String keyColumn,
      List<String> carry)
      implements Input {
    private static final String ICEBERG = "iceberg";

    public Table {
      if (keyColumn == null && !List.of("parquet", ICEBERG).contains(format)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "rows of %s have no numbers: set key-column to the column that tells them apart",
                format));
      }
    }

    @Override
    public String text() {
      return "table; "
          + quoted("uris", uris)
          + quoted("format", List.of(format))
          + quoted("image-column", List.of(imageColumn))
          + quoted("key-column", keyColumn == null ? List.of() : List.of(keyColumn))
          + quoted("carry", carry);
    }

    /** Whether the URIs are names of tables in catalogs. */
    public boolean isIceberg() {
      return format.equals(ICEBERG);
    }
  }

  /**
   * Tar shards in folders, in the layout of WebDataset, plain or compressed by gzip or bzip2.
   *
   * @param carry extensions of those members of a sample that go into the tables with its images
   */
  record WebDataset(List<String> uris, List<String> carry) implements Objects {
    @Override
    public String text() {
      return "webdataset; " + quoted("uris", uris) + quoted("carry", carry);
    }

    @Override
    public List<ObjectSource> sources(SparkSession spark, List<Path> output)
        throws UserException, IOException {
      return folders(uris, images().shard().endings(), spark, output);
    }

    @Override
    public boolean areShards() {
      return true;
    }

    @Override
    public ShardSource images() {
      return new ShardSource(new TarShard(carry));
    }
  }

  /** Zip archives in folders. */
  record Zip(List<String> uris) implements Objects {
    @Override
    public String text() {
      return "zip; " + quoted("uris", uris);
    }

    @Override
    public List<ObjectSource> sources(SparkSession spark, List<Path> output)
        throws UserException, IOException {
      return folders(uris, images().shard().endings(), spark, output);
    }

    @Override
    public boolean areShards() {
      return true;
    }

    @Override
    public ShardSource images() {
      return new ShardSource(new ZipShard());
    }
  }

  /** A part of {@link #text}: {@code name=["a", "b"]; }. */
  private static String quoted(String name, List<String> values) {
    return values.stream()
        .map(v -> '"' + v.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(joining(", ", name + "=[", "]; "));
  }

  /** Source objects in folders, with names that end in one of {@code endings}. */
  private static List<ObjectSource> folders(
      List<String> uris, List<String> endings, SparkSession spark, List<Path> output)
      throws UserException, IOException {
    var hadoop = spark.sparkContext().hadoopConfiguration();
    return ObjectListing.of(uris, ListingRules.of(endings, output, hadoop), hadoop);
  }
}
