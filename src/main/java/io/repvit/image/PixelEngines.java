package io.repvit.image;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which {@link PixelEngine} this JVM uses. It is chosen once, when the first decoder is made, and
 * logged. The system property {@code repvit.decoder} says {@code opencv}, {@code jdk} or {@code
 * auto}, the default: OpenCV where its native libraries can be loaded.
 */
final class PixelEngines {
  static final String PROPERTY = "repvit.decoder";

  private static final Logger LOG = LoggerFactory.getLogger(PixelEngines.class);

  private PixelEngines() {}

  /** The one of this JVM. */
  static PixelEngine chosen() {
    return Chosen.ENGINE;
  }

  private static final class Chosen {
    static final PixelEngine ENGINE = choose(System.getProperty(PROPERTY, "auto"));
  }

  static PixelEngine choose(String wish) {
    return switch (wish.toLowerCase(Locale.ROOT)) {
      case "opencv" -> openCv();
      case "jdk" -> {
        LOG.info("images are decoded by the JDK, as {} says", PROPERTY);
        yield new JdkEngine();
      }
      case "auto" -> automatic();
      default ->
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "system property %s is '%s', must be auto, opencv or jdk",
                  PROPERTY,
                  wish));
    };
  }

  private static PixelEngine openCv() {
    try {
      return new OpenCvEngine();
    } catch (LinkageError e) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s is opencv, but OpenCV cannot be loaded (%s); set auto or jdk",
              PROPERTY,
              reason(e)),
          e);
    }
  }

  private static PixelEngine automatic() {
    try {
      PixelEngine engine = new OpenCvEngine();
      LOG.info("images are decoded by OpenCV");
      return engine;
    } catch (LinkageError e) {
      LOG.warn(
          "images are decoded by the JDK, more slowly: OpenCV cannot be loaded ({});"
              + " docs/images.md says what differs",
          reason(e));
      return new JdkEngine();
    }
  }

  /** The first line of what was thrown first: a static initialiser hides it behind another. */
  private static String reason(LinkageError e) {
    Throwable first = e;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return String.valueOf(first.getMessage()).lines().findFirst().orElse(first.toString());
  }
}
