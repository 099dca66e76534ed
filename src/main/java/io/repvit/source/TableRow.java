package io.repvit.source;

import java.net.URI;
import java.sql.Timestamp;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/** The columns that are read from a table with images, and the source object of a row. */
public final class TableRow {
  public static final String IMAGE = "image";
  public static final String KEY = "key";
  public static final String NUMBER = "number";
  public static final String FILE = "file";
  public static final String FILE_LENGTH = "file_length";
  public static final String MODIFIED_AT = "modified_at";

  /** Version of an immutable file without a known length or time. */
  private static final String IMMUTABLE = "\"immutable\"";

  private TableRow() {}

  /** The source object of a row: {@code file#key}, with the time of its file. */
  static SourceObject object(Row row, long length, List<String> carry) {
    SourceObject file = file(row);
    return file.member(row.getAs(KEY), length, file.modifiedAt())
        .carrying(ListedRows.carried(row, carry));
  }

  /** The file of a row. */
  public static SourceObject file(Row row) {
    String path = new Path(URI.create(row.getAs(FILE))).toString();
    Timestamp modifiedAt = row.getAs(MODIFIED_AT);
    return modifiedAt == null
        ? new SourceObject(path, SourceObject.UNKNOWN, SourceObject.UNKNOWN, IMMUTABLE)
        : new SourceObject(path, row.getAs(FILE_LENGTH), modifiedAt.getTime(), null);
  }
}
