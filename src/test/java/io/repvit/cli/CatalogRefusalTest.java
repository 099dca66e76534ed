package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Catalogs that cannot be used are refused in one line, before any image is read. */
class CatalogRefusalTest {
  @TempDir private Path folder;

  @Test
  void aCatalogThatIsNotThereIsRefused() {
    String line = output(Map.of()).refusal();
    assertTrue(line.contains("'lake'") && line.contains("--packages"), line);
  }

  @Test
  void aLibraryForAnotherSparkIsRefused() {
    var spark = Map.of("spark.sql.catalog.lake", ForAnotherSpark.class.getName());
    for (Cli.Ended ended : new Cli.Ended[] {output(spark), input(spark)}) {
      String line = ended.refusal();
      assertTrue(line.contains("is not compatible with Spark 4."), line);
      assertTrue(line.contains("Spark 4.1"), line);
    }
  }

  private Cli.Ended output(Map<String, String> spark) {
    return Cli.classify(spark, "none", folder.toString(), "--iceberg", "lake.photos");
  }

  private Cli.Ended input(Map<String, String> spark) {
    return Cli.classify(
        spark,
        "lake.sets.train",
        folder.toString(),
        "--input-format",
        "table",
        "--table-format",
        "iceberg");
  }

  /** Fails as the JVM does with a class of an interface that is none any more. */
  public static final class ForAnotherSpark implements CatalogPlugin {
    public ForAnotherSpark() {}

    @Override
    public void initialize(String name, CaseInsensitiveStringMap options) {
      throw new IncompatibleClassChangeError("View is not an interface");
    }

    @Override
    public String name() {
      return "lake";
    }
  }
}
