package io.repvit.testing;

import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The Spark of a test class: one session in this JVM for all its tests, in a static field with
 * {@code @RegisterExtension}. It is stopped after the class, because a command that a later class
 * runs would otherwise get this session in place of its own.
 */
public final class LocalSpark implements BeforeAllCallback, AfterAllCallback {
  /** Two tasks at a time; no port is open to other machines. */
  public static final Map<String, String> PROPERTIES =
      Map.of(
          "spark.master", "local[2]",
          "spark.ui.enabled", "false",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  private final Map<String, String> more;
  private @Nullable SparkSession session;

  public LocalSpark() {
    this(Map.of());
  }

  /**
   * A Spark for tests that need other properties.
   *
   * @param more properties beside {@link #PROPERTIES}, or in their place
   */
  public LocalSpark(Map<String, String> more) {
    this.more = Map.copyOf(more);
  }

  /** A session for a part of a test, which closes it before it runs a command. */
  public static SparkSession open() {
    return open(Map.of());
  }

  private static SparkSession open(Map<String, String> more) {
    SparkSession.Builder builder = SparkSession.builder();
    PROPERTIES.forEach(builder::config);
    more.forEach(builder::config);
    return builder.getOrCreate();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    session = open(more);
  }

  /** The session, while the tests of the class run. */
  public SparkSession session() {
    if (session == null) {
      throw new IllegalStateException("Spark is not started before the tests of a class");
    }
    return session;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    session().stop();
  }
}
