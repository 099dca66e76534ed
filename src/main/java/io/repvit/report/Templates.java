package io.repvit.report;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/**
 * Fills the Mustache templates in this package's resources. Every value is escaped for HTML after
 * {@link Visible} has replaced invisible characters. A name without a value is an error.
 */
final class Templates {
  private static final Mustache.Compiler MUSTACHE =
      Mustache.compiler()
          .withEscaper(text -> Escapers.HTML.escape(Visible.of(text)))
          .withLoader(Templates::resource)
          .emptyStringIsFalse(true)
          .strictSections(true);

  private Templates() {}

  static String fill(String name, Map<String, ?> values) {
    return MUSTACHE.loadTemplate(name).execute(values);
  }

  private static Reader resource(String name) {
    InputStream in = Objects.requireNonNull(Templates.class.getResourceAsStream(name), name);
    return new InputStreamReader(in, StandardCharsets.UTF_8);
  }
}
