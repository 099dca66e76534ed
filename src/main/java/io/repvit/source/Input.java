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
 * An input of a run: one or several URIs in one {@link InputFormat}. An object that several URIs
 * select counts once.
 */
public sealed interface Input {

  /** URIs as the user gave them; for formats in folders they may be globs. */
  List<String> uris();

  /** Canonical text. Inputs with equal texts are read in the same way. */
  String text();

  /** An input of source objects: either every object is an image, or every object is a shard. */
  non-sealed interface Objects extends Input {
    /**
     * The sources that list the source objects. Nothing is listed yet.
     *
     * @param output the folders that runs write to; the listing leaves them out
     * @throws UserException when the input is malformed, missing or unreadable
     * @throws IOException when a file system cannot be reached
     */
    List<ObjectSource> sources(SparkSession spark, List<Path> output)
        throws UserException, IOException;

    /** Reads the images of listed source objects in a task. */
    default ImageSource<SourceObject> images() {
      return ObjectImages::open;
    }

    /**
     * Whether source objects are shards. The number of images of a shard is not known in advance.
     */
    default boolean areShards() {
      return false;
    }
  }

  /** Images in folders. */
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
   * Images that lists name. A list has one path per line, or is CSV with a header, or Parquet.
   *
   * @param carry columns of the lists that are copied into the tables
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

  /** Images that reports of S3 Inventory name. The URIs are those of their manifest.json. */
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
   * Tables with images in a column.
   *
   * @param uris URIs of folders or files; for {@code iceberg} names of tables: catalog, namespace,
   *     table
   * @param format the name of the format in Spark: parquet, orc, avro, iceberg
   * @param imageColumn name of the image column: binary, or a struct with a binary field {@code
   *     bytes}
   * @param keyColumn name of the column that identifies a row; null uses the number of the row in
   *     its file, which only Parquet and Iceberg have
   * @param carry columns that are copied into the tables; a dot leads to a field of a struct
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
                "rows of %s have no numbers; set key-column to a column with unique values",
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

  /** Shards in folders: archives that contain images. */
  interface Shards extends Objects {
    @Override
    ShardSource images();

    @Override
    default List<ObjectSource> sources(SparkSession spark, List<Path> output)
        throws UserException, IOException {
      return folders(uris(), images().shard().endings(), spark, output);
    }

    @Override
    default boolean areShards() {
      return true;
    }
  }

  /**
   * Tar shards in folders, in the layout of WebDataset, uncompressed or compressed by gzip or
   * bzip2.
   *
   * @param carry extensions of the members of a sample that are copied into the tables
   */
  record WebDataset(List<String> uris, List<String> carry) implements Shards {
    @Override
    public String text() {
      return "webdataset; " + quoted("uris", uris) + quoted("carry", carry);
    }

    @Override
    public ShardSource images() {
      return new ShardSource(new TarShard(carry));
    }
  }

  /** Zip archives in folders. */
  record Zip(List<String> uris) implements Shards {
    @Override
    public String text() {
      return "zip; " + quoted("uris", uris);
    }

    @Override
    public ShardSource images() {
      return new ShardSource(new ZipShard());
    }
  }

  /** Formats a part of {@link #text}: {@code name=["a", "b"]; }. */
  private static String quoted(String name, List<String> values) {
    return values.stream()
        .map(v -> '"' + v.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(joining(", ", name + "=[", "]; "));
  }

  /** Sources for objects in folders whose names have one of {@code endings}. */
  private static List<ObjectSource> folders(
      List<String> uris, List<String> endings, SparkSession spark, List<Path> output)
      throws UserException, IOException {
    var hadoop = spark.sparkContext().hadoopConfiguration();
    return ObjectListing.of(uris, ListingRules.of(endings, output, hadoop), hadoop);
  }
}
