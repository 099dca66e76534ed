package io.repvit.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What a class logs at the level of warnings, until closed. */
public final class Warnings extends AbstractAppender implements AutoCloseable {
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final Logger logger;

  public Warnings(Class<?> of) {
    super("warnings", null, null, true, Property.EMPTY_ARRAY);
    logger = (Logger) LogManager.getLogger(of);
    start();
    logger.addAppender(this);
    logger.setLevel(Level.WARN);
  }

  public List<String> messages() {
    return messages;
  }

  @Override
  public void append(LogEvent event) {
    messages.add(event.getMessage().getFormattedMessage());
  }

  @Override
  public void close() {
    logger.removeAppender(this);
    stop();
  }
}
