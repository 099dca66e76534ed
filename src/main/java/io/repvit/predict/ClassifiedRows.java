package io.repvit.predict;

import io.repvit.UncheckedUserException;
import io.repvit.source.FetchAhead;
import io.repvit.source.Fetched;
import io.repvit.source.ObjectReader;
import io.repvit.source.SourceObject;
import io.repvit.storage.HadoopDefaults;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one task with their outcomes, in order. Rows are pulled until a batch is full; paths
 * are read ahead. It is closed after the last row, or when the task ends.
 */
final class ClassifiedRows implements Iterator<Row>, AutoCloseable {
  /** Rows in batches that wait for an earlier row, so that duplicates cannot pile up: 4 batches. */
  private static final int MOST_WAITING_BATCHES = 4;

  private final Iterator<Row> rows;
  private final RowClassifier classifier;
  private final TaskContext task;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  /** Rows of {@link #pending} whose object is being read. */
  private final ArrayDeque<Pending> reading = new ArrayDeque<>();

  private @Nullable TaskPredictor predictor;
  private @Nullable FetchAhead fetched;
  private boolean closed;

  /** A row whose outcome may be due. */
  private static final class Pending implements Consumer<Outcome> {
    private final Row row;
    private @Nullable SourceObject object;
    private @Nullable Outcome outcome;
    private boolean done;

    Pending(Row row) {
      this.row = row;
    }

    @Override
    public void accept(Outcome result) {
      outcome = result;
      done = true;
    }
  }

  ClassifiedRows(Iterator<Row> rows, RowClassifier classifier, TaskContext task) {
    this.rows = rows;
    this.classifier = classifier;
    this.task = task;
    task.addTaskCompletionListener((TaskCompletionListener) ended -> close());
  }

  @Override
  public synchronized boolean hasNext() {
    while (!closed) {
      if (task.isInterrupted()) {
        throw new TaskKilledException("killed while classifying");
      }
      Pending head = pending.peek();
      if (head != null && head.done) {
        return true;
      }
      if (!advance()) {
        if (pending.isEmpty()) {
          close();
        } else {
          predictor().flush();
        }
      }
    }
    return false;
  }

  @Override
  public synchronized Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Pending head = pending.remove();
    if (head.outcome instanceof Outcome.Refused refused && classifier.failsOnError()) {
      throw new UncheckedUserException(
          String.format(
              Locale.ROOT,
              "%s cannot be classified: %s/%s, %s; remove the row, or set onError to 'row' to get the"
                  + " reason as a column",
              head.object == null || head.object.path().equals("#")
                  ? "an image"
                  : head.object.path(),
              refused.stage().label(),
              refused.code(),
              refused.message()));
    }
    return classifier.row(head.row, head.outcome);
  }

  /** Takes one more row; false if there is none. */
  private boolean advance() {
    boolean isAny =
        classifier.column() instanceof ImageColumn.Paths paths ? advance(paths) : advanceInRows();
    int most = MOST_WAITING_BATCHES * classifier.model().options().batch();
    if (pending.size() - reading.size() >= most) {
      predictor().flush();
    }
    return isAny;
  }

  private boolean advanceInRows() {
    if (!rows.hasNext()) {
      return false;
    }
    var next = new Pending(rows.next());
    pending.add(next);
    var column = (ImageColumn.InRows) classifier.column();
    if (column.isNull(next.row)) {
      next.done = true;
    } else {
      accept(
          next, column.fetched(next.row, classifier.model().options().limits().maxEncodedBytes()));
    }
    return true;
  }

  private boolean advance(ImageColumn.Paths paths) {
    if (fetched == null) {
      fetched = fetchAhead(paths);
    }
    if (!fetched.hasNext()) {
      return false;
    }
    Fetched next = fetched.next();
    Pending read = reading.remove();
    if (paths.isNull(read.row)) {
      read.done = true;
    } else {
      accept(read, next);
    }
    return true;
  }

  private void accept(Pending row, Fetched image) {
    row.object =
        image instanceof Fetched.Failed f ? f.row().object() : ((Fetched.Bytes) image).object();
    predictor().accept(image, row);
  }

  private FetchAhead fetchAhead(ImageColumn.Paths paths) {
    HadoopDefaults.load();
    Configuration configuration = classifier.hadoop();
    ClassifyOptions options = classifier.model().options();
    var root = new Path(FileSystem.getDefaultUri(configuration).toString() + "/");
    var objects =
        new Iterator<SourceObject>() {
          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public SourceObject next() {
            var next = new Pending(rows.next());
            pending.add(next);
            reading.add(next);
            return paths.object(next.row, root);
          }
        };
    return new FetchAhead(
        objects,
        ObjectReader.ofPaths(configuration, options.limits().maxEncodedBytes()),
        options.window(),
        options.batch());
  }

  private TaskPredictor predictor() {
    if (predictor == null) {
      predictor = classifier.model().predictor();
    }
    return predictor;
  }

  /** Waits for a call in progress: Spark may end a task while another of its threads pulls rows. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      pending.clear();
      reading.clear();
      try (TaskPredictor used = predictor;
          FetchAhead ahead = fetched) {
        predictor = null;
        fetched = null;
      }
    }
  }
}
