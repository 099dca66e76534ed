package io.repvit.source;

import io.repvit.UncheckedUserException;
import io.repvit.UserException;
import io.repvit.storage.HadoopDefaults;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/** Reads a text list in a task as rows of {@link ListEntries#SCHEMA}. */
final class ListTextRows implements Iterator<Row> {
  private static final Pattern NAME =
      Pattern.compile(".*\\.(csv|tsv|txt)(\\.gz)?/?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern LINES =
      Pattern.compile(".*\\.txt(\\.gz)?/?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final String file;
  private final ListText text;

  /** Number of columns; a record may have fewer values. */
  private int columns = 1;

  private int path;
  private int length = -1;
  private int modified = -1;
  private int etag = -1;
  private final int[] carried;
  private long blankLines;
  private @Nullable Row next;

  private ListTextRows(String file, ListText text, int carried) {
    this.file = file;
    this.text = text;
    this.carried = new int[carried];
  }

  /** Whether a list, or a folder of lists, has the name of a text list. */
  static boolean isText(String uri) {
    return NAME.matcher(uri).matches();
  }

  /**
   * Opens a list. It is closed when the task ends.
   *
   * @param file URI of the list
   * @param given the list, or a folder above it, as the user gave it; its name determines the
   *     format
   * @param carry names of the columns to carry
   */
  static ListTextRows open(
      String file, String given, List<String> carry, Configuration configuration)
      throws IOException, UserException {
    HadoopDefaults.load();
    var list = new Path(URI.create(file));
    InputStream in = list.getFileSystem(configuration).open(list);
    try {
      boolean isGzip = list.getName().toLowerCase(Locale.ROOT).endsWith(".gz");
      var text = ListText.open(list.toString(), isGzip ? new GZIPInputStream(in) : in);
      TaskContext.get()
          .addTaskCompletionListener(
              (TaskCompletionListener)
                  context -> {
                    try {
                      text.close();
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      var rows = new ListTextRows(file, text, carry.size());
      if (!LINES.matcher(given).matches()) {
        rows.header(list, carry);
      } else if (!carry.isEmpty()) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "input %s: found a list with one path per line, expected the column '%s' of --carry;"
                    + " use a CSV or Parquet list",
                list,
                carry.get(0)));
      }
      rows.advance();
      return rows;
    } catch (IOException | UserException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private void header(Path list, List<String> carry) throws IOException, UserException {
    List<String> names = text.header();
    if (names.isEmpty()) {
      return;
    }
    columns = names.size();
    path = find(names, ListedRows.PATH);
    length = find(names, ListedRows.LENGTH);
    modified = find(names, ListedRows.MODIFIED_AT);
    etag = find(names, ListedRows.ETAG);
    for (int i = 0; i < carried.length; i++) {
      carried[i] = find(names, carry.get(i));
      if (carried[i] < 0) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "input %s, line 1: found the columns %s, expected the column '%s' of --carry; add it,"
                    + " or correct --carry",
                list,
                ListText.shown(String.join(", ", names)),
                carry.get(i)));
      }
    }
  }

  /** The index of a column, or -1. An exact match wins over one that differs in case. */
  private static int find(List<String> names, String name) {
    if (names.contains(name)) {
      return names.indexOf(name);
    }
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  private void advance() throws IOException, UserException {
    ListText.Values record = text.next();
    while (record != null && record.isBlank()) {
      blankLines++;
      record = text.next();
    }
    if (record != null) {
      next = row(record);
    } else if (blankLines > 0) {
      next = RowFactory.create(file, null, null, null, null, null, null, null, blankLines);
      blankLines = 0;
    } else {
      next = null;
    }
  }

  private Row row(ListText.Values record) {
    List<@Nullable String> values = new ArrayList<>();
    for (int column : carried) {
      values.add(value(record, column));
    }
    return RowFactory.create(
        file,
        record.line(),
        value(record, path),
        value(record, length),
        value(record, modified),
        value(record, etag),
        values.toArray(),
        problem(record),
        null);
  }

  private static @Nullable String value(ListText.Values record, int column) {
    return column < 0 || column >= record.values().size() ? null : record.values().get(column);
  }

  private @Nullable String problem(ListText.Values record) {
    if (record.isMalformed()) {
      return "found text after a closing quote, expected two quotes for a quote in a value";
    }
    List<@Nullable String> values = record.values();
    for (int i = columns; i < values.size(); i++) {
      if (values.get(i) != null) {
        return String.format(
            Locale.ROOT,
            "found %d values, expected %d; quote values that contain the delimiter",
            values.size(),
            columns);
      }
    }
    return null;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Row next() {
    Row row = next;
    if (row == null) {
      throw new NoSuchElementException();
    }
    try {
      advance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UserException e) {
      throw new UncheckedUserException(e);
    }
    return row;
  }
}
