package io.repvit.input;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.util.ArrayList;
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

  /**
   * Lists the input.
   *
   * @param staging folder for the files of the plan; nothing stands there yet. What is written
   *     there is the caller's to delete, also when this fails
   * @param output folders where runs write, which are no input
   * @throws InputException when the input is malformed, missing or unreadable
   * @throws IOException when the plan cannot be written
   */
  Plan plan(SparkSession spark, Path staging, List<Path> output) throws InputException, IOException;

  /** The plan of an earlier attempt, whose files are there. */
  default Plan plan(Resumption.PlanFiles files) {
    return new ObjectPlan(ObjectImages::open, files);
  }

  /** Canonical text, equal for inputs that are read in the same way. */
  String text();

  /** An image per object, in folders. */
  record Files(List<String> uris) implements Input {
    @Override
    public String text() {
      return "files; " + quoted("uris", uris);
    }

    @Override
    public Plan plan(SparkSession spark, Path staging, List<Path> output)
        throws InputException, IOException {
      return folders(uris, List.of(), ObjectImages::open, spark, staging, output);
    }
  }

  /**
   * An image per object, named in lists: a path a line, a CSV file with a header, or Parquet.
   *
   * @param carry columns of the lists that go into the tables
   */
  record Paths(List<String> uris, List<String> carry) implements Input {
    @Override
    public String text() {
      return "paths; " + quoted("uris", uris) + quoted("carry", carry);
    }

    @Override
    public Plan plan(SparkSession spark, Path staging, List<Path> output)
        throws InputException, IOException {
      return listed(PathLists.of(this, spark), spark, staging);
    }
  }

  /** An image per object, named in reports of S3 Inventory: URIs of their manifest.json. */
  record Inventory(List<String> uris) implements Input {
    @Override
    public String text() {
      return "inventory; " + quoted("uris", uris);
    }

    @Override
    public Plan plan(SparkSession spark, Path staging, List<Path> output)
        throws InputException, IOException {
      return listed(Inventories.of(this, spark), spark, staging);
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
    boolean isIceberg() {
      return format.equals(ICEBERG);
    }

    @Override
    public Plan plan(SparkSession spark, Path staging, List<Path> output) throws InputException {
      return TablePlan.of(this, spark);
    }
  }

  /**
   * Tar shards in folders, in the layout of WebDataset, plain or compressed by gzip or bzip2.
   *
   * @param carry extensions of those members of a sample that go into the tables with its images
   */
  record WebDataset(List<String> uris, List<String> carry) implements Input {
    @Override
    public String text() {
      return "webdataset; " + quoted("uris", uris) + quoted("carry", carry);
    }

    @Override
    public Plan plan(SparkSession spark, Path staging, List<Path> output)
        throws InputException, IOException {
      return folders(uris, shards().shard().endings(), shards(), spark, staging, output);
    }

    @Override
    public Plan plan(Resumption.PlanFiles files) {
      return new ObjectPlan(shards(), files);
    }

    private ShardSource shards() {
      return new ShardSource(new TarShard(carry));
    }
  }

  /** Zip archives in folders. */
  record Zip(List<String> uris) implements Input {
    @Override
    public String text() {
      return "zip; " + quoted("uris", uris);
    }

    @Override
    public Plan plan(SparkSession spark, Path staging, List<Path> output)
        throws InputException, IOException {
      return folders(uris, shards().shard().endings(), shards(), spark, staging, output);
    }

    @Override
    public Plan plan(Resumption.PlanFiles files) {
      return new ObjectPlan(shards(), files);
    }

    private ShardSource shards() {
      return new ShardSource(new ZipShard());
    }
  }

  /** A part of {@link #text}: {@code name=["a", "b"]; }. */
  private static String quoted(String name, List<String> values) {
    return values.stream()
        .map(v -> '"' + v.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(joining(", ", name + "=[", "]; "));
  }

  /** Objects in folders with names that end in one of {@code endings}. */
  private static Plan folders(
      List<String> uris,
      List<String> endings,
      ImageSource<ArrayList<PlanBlock>> source,
      SparkSession spark,
      Path staging,
      List<Path> output)
      throws InputException, IOException {
    var hadoop = spark.sparkContext().hadoopConfiguration();
    var rules = ListingRules.of(endings, output, hadoop);
    return ObjectPlan.of(ImageListing.of(uris, rules, hadoop), source, staging, spark);
  }

  /** An image per object that {@code source} lists. */
  private static Plan listed(ObjectSource source, SparkSession spark, Path staging)
      throws InputException, IOException {
    return ObjectPlan.of(List.of(source), ObjectImages::open, staging, spark);
  }
}
