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

  private record Cell(String text, String style) {}

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
    var lines = new ArrayList<List<Cell>>();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "a row has %d cells, expected %d", row.size(), columns.size()));
      }
      var line = new ArrayList<Cell>();
      for (int i = 0; i < row.size(); i++) {
        line.add(new Cell(row.get(i), columns.get(i).style()));
      }
      lines.add(line);
    }
    blocks.add(Templates.fill("table.html", Map.of("columns", columns, "rows", lines)));
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
