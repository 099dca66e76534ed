package io.repvit.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A section of a {@link Page}: a title and blocks below each other. */
public final class Section {
  private static final int MOST_PATH = 60;

  private final String title;
  private final List<String> blocks = new ArrayList<>();
  private boolean wide;

  public Section(String title) {
    this.title = title;
  }

  /**
   * A picture with its caption.
   *
   * @param source data URI of the picture
   * @param label first line of the caption
   * @param detail second line; may be empty
   * @param path the image's path
   */
  public record Picture(String source, String label, String detail, String path) {
    String pathEnd() {
      return Visible.end(path, MOST_PATH);
    }
  }

  /**
   * A column of a table.
   *
   * @param number whether its cells are numbers, which are aligned right
   */
  public record Column(String name, boolean number) {
    String style() {
      return number ? "number" : "";
    }
  }

  /** A text, or a bar if {@code bar} is not empty. */
  private record Cell(String text, String style, String bar) {}

  /** Takes the whole width of the page instead of half of it. */
  public Section wide() {
    wide = true;
    return this;
  }

  public Section heading(String text) {
    return block("heading", text);
  }

  public Section text(String text) {
    return block("text", text);
  }

  public Section note(String text) {
    return block("note", text);
  }

  /** Adds a chart. */
  public Section chart(Svg svg) {
    blocks.add(svg.toString());
    return this;
  }

  /** Adds a chart. */
  public Section chart(Chart chart) {
    blocks.add(chart.draw());
    return this;
  }

  /**
   * Adds a table.
   *
   * @param rows one text per column
   */
  public Section table(List<Column> columns, List<List<String>> rows) {
    return addTable(columns, rows.stream().map(row -> cells(columns, row)).toList());
  }

  /**
   * Adds a table with a column of bars after the first one.
   *
   * @param columns the other columns
   * @param rows one text per other column
   * @param bars length of the bar by row, 0 to 1
   */
  public Section table(List<Column> columns, List<List<String>> rows, List<Double> bars) {
    var all = new ArrayList<>(columns);
    all.add(1, new Column("", false));
    var lines = new ArrayList<List<Cell>>();
    for (int i = 0; i < rows.size(); i++) {
      List<Cell> line = cells(columns, rows.get(i));
      line.set(0, new Cell(line.get(0).text(), "name", ""));
      line.add(1, new Cell("", "", String.format(Locale.ROOT, "%.1f", 100 * bars.get(i))));
      lines.add(line);
    }
    return addTable(all, lines);
  }

  private static List<Cell> cells(List<Column> columns, List<String> row) {
    if (row.size() != columns.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a row has %d cells, expected %d", row.size(), columns.size()));
    }
    var cells = new ArrayList<Cell>();
    for (int i = 0; i < row.size(); i++) {
      cells.add(new Cell(row.get(i), columns.get(i).style(), ""));
    }
    return cells;
  }

  private Section addTable(List<Column> columns, List<List<Cell>> rows) {
    blocks.add(Templates.fill("table.html", Map.of("columns", columns, "rows", rows)));
    return this;
  }

  /** Adds a strip of pictures. */
  public Section pictures(List<Picture> pictures) {
    blocks.add(Templates.fill("pictures.html", Map.of("pictures", pictures)));
    return this;
  }

  private Section block(String kind, String text) {
    blocks.add(Templates.fill(kind + ".html", Map.of("text", text)));
    return this;
  }

  Map<String, Object> values() {
    return Map.of("title", title, "width", wide ? "wide" : "", "blocks", List.copyOf(blocks));
  }
}
