package io.repvit.image;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses and logs the {@link PixelEngine} of this JVM when the first decoder is created. The
 * system property {@code repvit.decoder} has the values {@code opencv}, {@code jdk} and {@code
 * auto}, the default, which takes OpenCV if its native libraries can be loaded.
 */
final class PixelEngines {
  static final String PROPERTY = "repvit.decoder";

  private static final Logger LOG = LoggerFactory.getLogger(PixelEngines.class);

  private PixelEngines() {}

  /** Returns the engine of this JVM. */
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
        LOG.info("images are decoded by the JDK, as {} demands", PROPERTY);
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
              + " see \"Without OpenCV\" in docs/images.md",
          reason(e));
      return new JdkEngine();
    }
  }

  /** Returns the first line of the root cause, which a static initialiser wraps. */
  private static String reason(LinkageError e) {
    Throwable first = e;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return String.valueOf(first.getMessage()).lines().findFirst().orElse(first.toString());
  }
}
