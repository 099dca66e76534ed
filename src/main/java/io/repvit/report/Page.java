package io.repvit.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A page for people: one HTML file without scripts and external resources, in the style of the
 * report of a run. All text is escaped.
 *
 * <pre>{@code
 * String html =
 *     new Page("Duplicates", "s3a://lake/tables")
 *         .figure("1,204", "groups")
 *         .add(new Section("Groups").chart(svg).note("Sizes of groups."))
 *         .html();
 * }</pre>
 */
public final class Page {
  private static final int MOST_SUBJECT = 300;

  private final String title;
  private final String subject;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Map<String, Object>> sections = new ArrayList<>();

  /**
   * Creates a page without sections.
   *
   * @param subject what the page is about, such as the place of a table
   */
  public Page(String title, String subject) {
    this.title = title;
    this.subject = Visible.end(subject, MOST_SUBJECT);
  }

  private record Figure(String style, String value, String name) {}

  /** Adds a headline figure. */
  public Page figure(String value, String name) {
    figures.add(new Figure("", value, name));
    return this;
  }

  /** Adds a headline figure that asks for attention. */
  public Page badFigure(String value, String name) {
    figures.add(new Figure("bad", value, name));
    return this;
  }

  public Page add(Section section) {
    sections.add(section.values());
    return this;
  }

  /** The content of the file. */
  public String html() {
    return Templates.fill(
        "page.html",
        Map.of("title", title, "subject", subject, "headline", figures, "sections", sections));
  }
}
