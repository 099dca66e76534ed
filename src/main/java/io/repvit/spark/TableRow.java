package io.repvit.spark;

import java.net.URI;
import java.sql.Timestamp;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/** The columns that are read of a table with images, and the object that a row is. */
final class TableRow {
  static final String IMAGE = "image";
  static final String KEY = "key";
  static final String FILE = "file";
  static final String MODIFIED_AT = "modified_at";

  private TableRow() {}

  /** A row of a table as an object: {@code file#key}, as old as its file. */
  static ImageObject object(Row row, long length, List<String> carry) {
    String file = new Path(URI.create(row.getAs(FILE))).toString();
    Timestamp modifiedAt = row.getAs(MODIFIED_AT);
    return new ImageObject(
        file + "#" + row.getAs(KEY),
        length,
        modifiedAt.getTime(),
        null,
        ListedRows.carried(row, carry));
  }
}
