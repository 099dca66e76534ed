package io.repvit.cli;

import static java.util.stream.Collectors.joining;

import io.repvit.UncheckedUserException;
import io.repvit.UserException;
import io.repvit.run.LeaseException;
import io.repvit.storage.DiskFull;
import io.repvit.storage.Secrets;
import io.repvit.storage.StoreException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.PathIsNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.s3a.impl.InstantiationIOException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps every exception that reaches {@link Main} to a message and an exit code: {@link
 * ExitCode#FAILED} if another try may succeed, otherwise {@link ExitCode#BAD_INPUT}.
 *
 * @param line the message, without the name of the command
 * @param unforeseen whether the stack trace is logged
 */
record Failure(int code, String line, boolean unforeseen) {
  private static final Logger LOG = LoggerFactory.getLogger(Failure.class);

  /** Exceptions that occur again until the user changes something. */
  private static final List<Class<? extends Throwable>> PERMANENT =
      List.of(
          AnalysisException.class,
          UnsupportedFileSystemException.class,
          InstantiationIOException.class,
          UnknownHostException.class,
          AccessDeniedException.class,
          AccessControlException.class,
          FileAlreadyExistsException.class,
          java.nio.file.FileAlreadyExistsException.class,
          ParentNotDirectoryException.class,
          PathIsNotDirectoryException.class,
          NotDirectoryException.class,
          LinkageError.class,
          ClassNotFoundException.class);

  private static final Pattern EXCEPTION_NAME =
      Pattern.compile("\\b(?:[a-z0-9]+\\.)+[A-Z]\\w*(?:Exception|Error): ");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** Logs the stack trace of the exception if the failure is unforeseen. */
  void log(Throwable e) {
    if (unforeseen) {
      LOG.error("the cause of the failure: {}", trace(e));
    }
  }

  /** The stack trace without credentials, which URIs in messages of libraries may contain. */
  static String trace(Throwable e) {
    var text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return Secrets.hide(text.toString());
  }

  static Failure of(Throwable e) {
    if (DiskFull.isCauseOf(e)) {
      return midway(DiskFull.MESSAGE);
    }
    if (e instanceof OutOfMemoryError) {
      return midway("out of memory, " + e.getMessage() + "; give the JVM more memory");
    }
    if (e instanceof StackOverflowError) {
      return permanent("a file of the input is nested too deeply");
    }
    if (e instanceof LeaseException) {
      return new Failure(ExitCode.FAILED, oneLine(e), false);
    }
    if (e instanceof UserException) {
      return ofUser(e);
    }
    // The store failed during a run. Credentials, for example, may be renewed by the next start.
    Optional<Throwable> store = causes(e).filter(StoreException.class::isInstance).findFirst();
    if (store.isPresent()) {
      return midway(oneLine(store.get()));
    }
    if (e instanceof UncheckedUserException) {
      return ofUser(e);
    }
    String reason = reason(e);
    return isPermanent(e) ? permanent(reason) : midway(reason);
  }

  private static Failure ofUser(Throwable e) {
    return StoreException.isTransient(e)
        ? new Failure(ExitCode.FAILED, oneLine(e) + "; start it again later", false)
        : new Failure(ExitCode.BAD_INPUT, oneLine(e), false);
  }

  private static boolean isPermanent(Throwable e) {
    if (StoreException.isTransient(e)) {
      return false;
    }
    // A library throws this for a wrong setting; inside a task it would be a defect of this
    // project.
    boolean setting =
        e instanceof IllegalArgumentException
            && causes(e).noneMatch(SparkException.class::isInstance);
    return setting
        || causes(e)
            .anyMatch(
                t ->
                    PERMANENT.stream().anyMatch(type -> type.isInstance(t))
                        || String.valueOf(t.getMessage()).contains("(Permission denied)"));
  }

  private static Failure permanent(String reason) {
    return new Failure(
        ExitCode.BAD_INPUT, "failed: " + reason + "; the run is not published", true);
  }

  private static Failure midway(String reason) {
    return new Failure(
        ExitCode.FAILED,
        "failed: " + reason + "; the run is not published, it is safe to start it again",
        true);
  }

  /** The message of the root cause; Spark's own messages contain whole stack traces. */
  private static String reason(Throwable e) {
    return shown(StoreException.answer(e).orElseGet(() -> kind(e) + UserException.reason(e)));
  }

  /**
   * The type of the root cause if its message is only one word, such as a path, and does not say
   * what happened.
   */
  private static String kind(Throwable e) {
    Throwable last = causes(e).filter(t -> t.getMessage() != null).reduce(e, (a, b) -> b);
    String message = String.valueOf(last.getMessage()).strip();
    boolean alone = !message.contains(" ");
    return alone && !last.toString().equals(message) ? last.getClass().getSimpleName() + ": " : "";
  }

  private static Stream<Throwable> causes(Throwable e) {
    return Stream.iterate(e, t -> t != null, Throwable::getCause).limit(50);
  }

  /** The message in one line, without the exception class names that libraries put in front. */
  static String oneLine(Throwable e) {
    return shown(String.valueOf(e.getMessage()).lines().map(String::strip).collect(joining(" ")));
  }

  /** Removes credentials, exception class names and control characters. */
  private static String shown(String text) {
    String plain = EXCEPTION_NAME.matcher(text).replaceAll("");
    return Secrets.hide(
        CONTROL
            .matcher(plain)
            .replaceAll(m -> String.format(Locale.ROOT, "\\\\u%04x", (int) m.group().charAt(0))));
  }
}
