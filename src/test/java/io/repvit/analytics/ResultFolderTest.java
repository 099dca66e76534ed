package io.repvit.analytics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.report.Page;
import io.repvit.report.Section;
import io.repvit.testing.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ResultFolderTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @TempDir Path folder;

  record Count(long allRows) {}

  /** Numbers from zero. */
  private record Numbers(long count) implements Analysis<Count> {
    @Override
    public Dataset<Row> rows() {
      return SPARK.session().range(count).toDF();
    }

    @Override
    public Count summary(Dataset<Row> written) {
      if (count > 100) {
        throw new IllegalStateException("too many");
      }
      return new Count(written.count());
    }

    @Override
    public String text(Count summary) {
      return summary.allRows() + " rows";
    }

    @Override
    public Page page(Dataset<Row> written, Count summary) {
      var head = List.of(new Section.Column("<name>", false), new Section.Column("n", true));
      return new Page("Numbers & more", "a\u202Eb")
          .figure("" + summary.allRows(), "rows")
          .add(
              new Section("All")
                  .wide()
                  .text("1 < 2")
                  .table(head, List.of(List.of("<b>", "7")))
                  .pictures(
                      List.of(new Section.Picture("data:image/jpeg;base64,AA==", "x", "", "/p"))));
    }
  }

  @Test
  void rowsPageAndSummaryAreWritten() throws Exception {
    Path output = folder.resolve("new/numbers");
    ResultFolder.create(SPARK.session(), output.toString(), false).write(new Numbers(3));

    assertEquals(3, SPARK.session().read().parquet(output.resolve("rows").toString()).count());
    assertEquals(
        "{\n  \"all_rows\" : 3\n}", Files.readString(output.resolve("summary.json")).strip());
    String page = Files.readString(output.resolve("report.html"));
    for (String text :
        List.of(
            "<h1>Numbers &amp; more</h1>",
            "a[U+202E]b",
            "<p>1 &lt; 2</p>",
            "&lt;name&gt;",
            "<td class=\"number\">7</td>",
            "<td class=\"\">&lt;b&gt;</td>")) {
      assertTrue(page.contains(text), text);
    }
  }

  @Test
  void earlierResultsAreReplacedOnlyWhenAsked() throws Exception {
    String output = folder.resolve("twice").toString();
    ResultFolder.create(SPARK.session(), output, false).write(new Numbers(3));

    var refused =
        assertThrows(
            UserException.class, () -> ResultFolder.create(SPARK.session(), output, false));
    assertEquals(
        "the output folder "
            + output
            + " contains [report.html, rows, summary.json], expected an empty folder; replace the"
            + " results with --overwrite, or name another",
        refused.getMessage());
    assertEquals(
        new Count(5), ResultFolder.create(SPARK.session(), output, true).write(new Numbers(5)));
  }

  @Test
  void aFolderWithOtherFilesIsRefused() throws Exception {
    Files.writeString(folder.resolve("holiday.jpg"), "");
    var refused =
        assertThrows(
            UserException.class,
            () -> ResultFolder.create(SPARK.session(), folder.toString(), true));
    assertTrue(String.valueOf(refused.getMessage()).contains("[holiday.jpg]"));
  }

  @Test
  void aFailureLeavesNoSummary() throws Exception {
    Path output = folder.resolve("fails");
    ResultFolder.create(SPARK.session(), output.toString(), false).write(new Numbers(1));
    var again = ResultFolder.create(SPARK.session(), output.toString(), true);

    assertThrows(IllegalStateException.class, () -> again.write(new Numbers(101)));
    assertFalse(Files.exists(output.resolve("summary.json")));
    assertFalse(Files.exists(output.resolve("report.html")));
  }
}
