package io.repvit.analytics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.testing.LocalSpark;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** True labels by path. */
class LabelsTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @Test
  void aFolderIsTheLabelAlsoInAShard() throws Exception {
    Dataset<Row> rows =
        table(
            "('1.jpg'), ('s3a://b/c#1/1.jpg'), ('s3a://b/cat/1.jpg'), ('s3a://b/tall cat/#1.jpg'),"
                + " ('s3a://b/x.TGZ#a/ant/1.jpg'), ('s3a://b/x.tar#dog/1.jpg')",
            "path");
    assertEquals(
        List.of(
            "1.jpg null",
            "s3a://b/c#1/1.jpg c#1",
            "s3a://b/cat/1.jpg cat",
            "s3a://b/tall cat/#1.jpg tall cat",
            "s3a://b/x.TGZ#a/ant/1.jpg ant",
            "s3a://b/x.tar#dog/1.jpg dog"),
        found(Labels.ofFolders().addTo(rows)));
  }

  @Test
  void aTableLabelsItsPathsAndEqualRowsCountOnce() throws Exception {
    Dataset<Row> table =
        table("('a', 1), ('a', 1), ('b', 2), ('c', null), (null, 3), ('other', 4)", "path, class");
    Dataset<Row> rows = table("('a'), ('b'), ('c'), ('d')", "path");
    assertEquals(
        List.of("a 1", "b 2", "c null", "d null"),
        found(Labels.ofTable(table, "class", "t").addTo(rows)));
  }

  @Test
  void aPathWithTwoLabelsIsRefused() {
    Dataset<Row> table = table("('a', 'x'), ('b', 'x'), ('b', 'y')", "path, label");
    var e = assertThrows(UserException.class, () -> Labels.ofTable(table, "label", "t.csv"));
    assertEquals(
        "t.csv has the path b with the labels 'x' and 'y', expected one label per path",
        e.getMessage());
  }

  @Test
  void aCarriedColumnIsTheLabel() throws Exception {
    Labels labels = Labels.ofCarried("class");
    Dataset<Row> rows = table("('a', map('class', 'x')), ('b', map('k', 'v'))", "path, carried");
    assertEquals(List.of("a x", "b null"), found(labels.addTo(rows)));
    var e = assertThrows(UserException.class, () -> labels.addTo(rows.drop("carried")));
    assertTrue(String.valueOf(e.getMessage()).contains("--carry class"), e.getMessage());
  }

  private static Dataset<Row> table(String rows, String columns) {
    return SPARK.session().sql("SELECT * FROM VALUES %s AS t(%s)".formatted(rows, columns));
  }

  private static List<String> found(Dataset<Row> labelled) {
    return labelled.select("path", Labels.COLUMN).collectAsList().stream()
        .map(row -> row.getString(0) + " " + row.getString(1))
        .sorted()
        .toList();
  }
}
