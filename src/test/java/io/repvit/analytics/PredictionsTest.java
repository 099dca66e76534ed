package io.repvit.analytics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.testing.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PredictionsTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @TempDir Path output;

  private void publish(String run, String rows) throws Exception {
    String place = "/run_date=2026-11-01/run_id=" + run;
    SPARK
        .session()
        .sql("select * from values " + rows)
        .selectExpr(
            "col1 as path",
            "col2 as model_sha256",
            "col3 as label",
            "timestamp(col4) as predicted_at")
        .write()
        .parquet(output.resolve("predictions") + place);
    Files.createDirectories(output.resolve("runs" + place));
    Files.writeString(output.resolve("runs" + place + "/manifest.json"), "{}");
  }

  private List<String> labels(String place, @Nullable String model) throws Exception {
    return Predictions.read(SPARK.session(), place, model, "path")
        .selectExpr("concat_ws(' ', path, label, run_id)")
        .as(Encoders.STRING())
        .collectAsList()
        .stream()
        .sorted()
        .toList();
  }

  @Test
  void theNewestRowOfEachPathAndModelIsRead() throws Exception {
    publish("01", "('a', 'm', 'cat', '2026-11-01'), ('b', 'm', 'dog', '2026-11-01')");
    publish("1", "('a', 'm', 'cow', '2026-11-02'), ('a', 'n', 'hen', '2026-11-01')");
    // A run without a manifest is not published.
    publish("2", "('c', 'm', 'bee', '2026-11-03')");
    Files.delete(output.resolve("runs/run_date=2026-11-01/run_id=2/manifest.json"));

    String place = output.toString();
    assertEquals(List.of("a cow 1", "b dog 01"), labels(place, "m"));
    assertEquals(List.of("a hen 1"), labels(place, "n"));
    var refused = assertThrows(UserException.class, () -> labels(place, null));
    assertEquals(
        place + " has the rows of several models, [m, n]; choose one with --model-sha256",
        refused.getMessage());
  }

  @Test
  void aModelWithoutRowsIsRefused() throws Exception {
    publish("1", "('a', 'm', 'cat', '2026-11-01')");
    String place = output.toString();
    var refused = assertThrows(UserException.class, () -> labels(place, "n"));
    assertEquals(
        place + " has no rows of the model n, it has those of [m]; choose one with --model-sha256",
        refused.getMessage());
  }

  @Test
  void aMissingColumnSaysWhatMakesIt() {
    String place = output.resolve("plain").toString();
    SPARK.session().sql("select 'a' as path").write().parquet(place);
    var refused =
        assertThrows(
            UserException.class,
            () -> Predictions.read(SPARK.session(), place, null, "path", "phash"));
    assertEquals(
        place + " has no column phash, its columns are [path]; run classify with --phash",
        refused.getMessage());
  }

  @Test
  void aTableThatIsNotThereIsRefused() {
    String place = output.resolve("nothing").toString();
    var refused =
        assertThrows(
            UserException.class, () -> Predictions.read(SPARK.session(), place, null, "path"));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith(place + " cannot be read as a table: "));
  }
}
