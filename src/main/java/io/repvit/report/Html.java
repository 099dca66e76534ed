package io.repvit.report;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes HTML that is well-formed XML too. Elements are closed and text is escaped by the JDK's XML
 * writer, whoever wrote it; what cannot be seen is shown, see {@link Visible}.
 */
final class Html {
  private final StringWriter page = new StringWriter();
  private final XMLStreamWriter xml;

  Html() {
    page.write("<!DOCTYPE html>\n");
    try {
      xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(page);
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** What stands inside an element. */
  interface Inside {
    void write();
  }

  /**
   * An element.
   *
   * @param attributes names and values in turn
   */
  Html element(String name, Inside inside, String... attributes) {
    try {
      xml.writeStartElement(name);
      attributes(attributes);
      inside.write();
      // Browsers take <p/> for <p>.
      xml.writeCharacters("");
      xml.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** An element with nothing but text. */
  Html element(String name, String text, String... attributes) {
    return element(name, () -> text(text), attributes);
  }

  /** An element that HTML knows without an end, such as {@code img}, or one of SVG. */
  Html empty(String name, String... attributes) {
    try {
      xml.writeEmptyElement(name);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Text, escaped. */
  Html text(String text) {
    return characters(Visible.of(text));
  }

  /** The style sheet of this project: browsers undo no escapes in it, so it may need none. */
  Html style(String css) {
    if (css.chars().anyMatch(c -> c == '<' || c == '>' || c == '&')) {
      throw new IllegalArgumentException("a style sheet with <, > or & would be escaped");
    }
    return element("style", () -> characters(css));
  }

  private Html characters(String text) {
    try {
      xml.writeCharacters(text);
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      xml.writeAttribute(attributes[i], Visible.of(attributes[i + 1]));
    }
  }

  private static IllegalStateException failed(XMLStreamException e) {
    return new IllegalStateException("a page in memory cannot be written", e);
  }

  /** The file. */
  @Override
  public String toString() {
    try {
      xml.flush();
    } catch (XMLStreamException e) {
      throw failed(e);
    }
    return page + "\n";
  }
}
