package io.repvit.source;

import io.repvit.source.Quarantined.Stage;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Reads the images in the rows of a table. */
public final class TableImages implements ImageSource.Images {
  private final CountingIterator<Row> rows;
  private final List<String> carry;
  private final long maxBytes;

  /**
   * @param carry names of the carried values
   * @param maxBytes largest encoded image, bytes
   */
  public TableImages(Iterator<Row> rows, List<String> carry, long maxBytes) {
    this.rows = new CountingIterator<>(rows);
    this.carry = carry;
    this.maxBytes = maxBytes;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Fetched next() {
    Row row = rows.next();
    byte[] bytes = row.getAs(TableRow.IMAGE);
    SourceObject image = TableRow.object(row, bytes == null ? 0 : bytes.length, carry);
    return fetched(image, bytes, maxBytes);
  }

  /**
   * An image of a row.
   *
   * @param maxBytes largest encoded image, bytes
   */
  public static Fetched fetched(SourceObject image, byte @Nullable [] bytes, long maxBytes) {
    if (bytes == null || bytes.length == 0) {
      return ObjectReader.failed(image, Stage.LIST, "EMPTY", "the row has no bytes");
    }
    if (bytes.length > maxBytes) {
      return ObjectReader.failed(
          image,
          Stage.LIST,
          "TOO_MANY_BYTES",
          String.format(
              Locale.ROOT,
              "the row has %d bytes, expected at most %d (max-image-bytes)",
              bytes.length,
              maxBytes));
    }
    return new Fetched.Bytes(image, bytes);
  }

  @Override
  public long objectsRead() {
    return rows.count();
  }

  @Override
  public void close() {}
}
