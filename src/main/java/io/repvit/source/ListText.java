package io.repvit.source;

import io.repvit.UserException;
import io.repvit.storage.Secrets;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.io.ByteOrderMark;
import org.apache.commons.io.input.BOMInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Parses a text list into records with line numbers. A record is a line, or a CSV record by <a
 * href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a> with one of three delimiters. The CSV
 * parser on Spark's class path counts lines wrongly after a line break in quotes, and Spark's CSV
 * reader has no line numbers.
 */
final class ListText implements Closeable {
  /** Longest record in characters: 1 Mi, many times the longest key of S3. */
  private static final int MAX_RECORD_CHARS = 1 << 20;

  /** Replaces bytes that are invalid in the character set. It is a noncharacter of Unicode. */
  private static final char MALFORMED = '\uFFFF';

  private static final int END = -1;
  private static final int NOTHING = -2;
  private static final String DELIMITERS = ",;\t";

  private final String name;
  private final BufferedReader in;

  /** Delimiter of CSV; {@link #END} when a record is a line. */
  private int delimiter = END;

  private long line = 1;
  private int recordChars;

  /** A character that was read ahead, or {@link #NOTHING}. */
  private int ahead = NOTHING;

  /**
   * @param name the name of the list, for messages
   * @param in the text; invalid bytes are decoded as {@link #MALFORMED}
   */
  private ListText(String name, Reader in) {
    this.name = name;
    this.in = new BufferedReader(in);
  }

  /**
   * One record.
   *
   * @param line number of its first line, from 1
   * @param values the values without quotes; null for an empty value of CSV
   * @param isBlank whether the record has only white space
   * @param isMalformed whether text follows a closing quote
   */
  record Values(long line, List<@Nullable String> values, boolean isBlank, boolean isMalformed) {}

  /**
   * Opens a list. A byte order mark determines the character set; without one it is UTF-8.
   *
   * @param name the name of the list, for messages
   */
  static ListText open(String name, InputStream in) throws IOException {
    BOMInputStream bytes =
        BOMInputStream.builder()
            .setInputStream(in)
            .setByteOrderMarks(ByteOrderMark.UTF_8, ByteOrderMark.UTF_16LE, ByteOrderMark.UTF_16BE)
            .get();
    Charset charset =
        bytes.hasBOM() ? Charset.forName(bytes.getBOMCharsetName()) : StandardCharsets.UTF_8;
    return new ListText(
        name,
        new InputStreamReader(
            bytes,
            charset
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .replaceWith(String.valueOf(MALFORMED))));
  }

  /**
   * Reads the header of CSV. The delimiter is the first of comma, semicolon and tab that gives a
   * column {@code path}.
   *
   * @return the column names, without surrounding white space
   * @throws UserException when no delimiter gives a column {@code path}
   */
  List<String> header() throws IOException, UserException {
    in.mark(2 * MAX_RECORD_CHARS);
    for (char candidate : DELIMITERS.toCharArray()) {
      delimiter = candidate;
      Values header = next();
      if (header == null) {
        return List.of();
      }
      List<String> names =
          header.values().stream().map(name -> name == null ? "" : name.strip()).toList();
      if (names.stream().anyMatch(ListedRows.PATH::equalsIgnoreCase)) {
        return names;
      }
      in.reset();
      ahead = NOTHING;
      line = 1;
    }
    String found = in.readLine();
    throw refused(
        String.format(
            Locale.ROOT,
            "found '%s', expected a header with the column 'path', separated by commas,"
                + " semicolons or tabs; add a header, or rename a list with one path per line to"
                + " .txt",
            found == null ? "" : shown(found)),
        1);
  }

  private UserException refused(String what, long at) {
    return new UserException(String.format(Locale.ROOT, "input %s, line %d: %s", name, at, what));
  }

  /** Text of a list for a message: shortened, without credentials. */
  static String shown(String text) {
    return Secrets.hide(text.length() > 100 ? text.substring(0, 100) + "..." : text);
  }

  /** The next record; null at the end. */
  @Nullable Values next() throws IOException, UserException {
    recordChars = 0;
    long first = line;
    int c = read();
    if (c == END) {
      return null;
    }
    List<@Nullable String> values = new ArrayList<>();
    boolean isBlank = true;
    boolean isMalformed = false;
    while (true) {
      c = withoutBlanks(c);
      var value = new StringBuilder();
      boolean isQuoted = delimiter != END && c == '"';
      if (isQuoted) {
        quoted(value, first);
        c = withoutBlanks(read());
      }
      int behindQuote = value.length();
      while (c != delimiter && c != '\n' && c != END) {
        value.append((char) c);
        c = read();
      }
      isMalformed |= isQuoted && value.length() > behindQuote;
      String text = delimiter == END || isQuoted ? value.toString() : value.toString().strip();
      isBlank &= !isQuoted && text.isBlank();
      values.add(delimiter != END && text.isEmpty() && !isQuoted ? null : text);
      if (c != delimiter || c == END) {
        return new Values(first, values, isBlank && values.size() == 1, isMalformed);
      }
      c = read();
    }
  }

  private int withoutBlanks(int c) throws IOException, UserException {
    int next = c;
    while (delimiter != END && next != delimiter && (next == ' ' || next == '\t')) {
      next = read();
    }
    return next;
  }

  /** Reads up to the closing quote. Two quotes are an escaped quote. */
  private void quoted(StringBuilder value, long first) throws IOException, UserException {
    while (true) {
      int c = read();
      if (c == '"') {
        if (peek() != '"') {
          return;
        }
        read();
      }
      if (c == END) {
        throw refused("found a quote that is not closed; close it", first);
      }
      value.append((char) c);
    }
  }

  /** Reads a character. Every line ending is returned as {@code \n}. */
  private int read() throws IOException, UserException {
    int c = peek();
    ahead = NOTHING;
    if (c == '\r') {
      c = '\n';
      if (peek() == '\n') {
        ahead = NOTHING;
      }
    }
    if (c == MALFORMED || c == 0) {
      throw refused(
          "found bytes that are not UTF-8, expected UTF-8, or UTF-16 with a byte order mark;"
              + " convert the list with iconv",
          line);
    }
    if (++recordChars > MAX_RECORD_CHARS) {
      throw refused(
          String.format(
              Locale.ROOT,
              "found a record of more than %d characters; close its quote",
              MAX_RECORD_CHARS),
          line);
    }
    if (c == '\n') {
      line++;
    }
    return c;
  }

  private int peek() throws IOException {
    if (ahead == NOTHING) {
      ahead = in.read();
    }
    return ahead;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
