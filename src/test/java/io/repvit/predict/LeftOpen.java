package io.repvit.predict;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtSession;
import io.repvit.image.ImageDecoder;
import io.repvit.inference.ImageBatch;
import io.repvit.source.FetchAhead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.management.JMException;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Writes down in every executor what is still open when a task has ended, before the driver hears
 * of the end. An executor must have one core: what other tasks have open would be counted too.
 */
public final class LeftOpen implements SparkPlugin {
  private static final String FOLDER = "spark.repvit.test.folder";

  /** What an executor has open that has classified: a session, and a batch of three tensors. */
  public static final String ONE_SESSION = line(1, 1, 3);

  /** What an executor has open that has done other tasks only. */
  public static final String NO_SESSION = line(0, 0, 0);

  /** Spark properties of an application whose executors write below {@code folder}. */
  public static Map<String, String> properties(Path folder) {
    return Map.of("spark.plugins", LeftOpen.class.getName(), FOLDER, folder.toString());
  }

  /** The different lines that executors have written: how a task ended, and what was open. */
  public static Set<String> lines(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("left-open"))) {
      var lines = new TreeSet<String>();
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
      return lines;
    }
  }

  /** What an executor has open that has classified with some models. */
  static String sessions(int models) {
    return line(models, models, 3 * models);
  }

  private static String line(int sessions, int batches, int tensors) {
    return ("0 session handles, %d sessions, 0 fetch threads, 0 decode threads, 0 matrices, 0 files,"
            + " {FetchAhead=0, ImageBatch=%d, ImageDecoder=0, OnnxTensor=%d, OrtSession=%d}")
        .formatted(sessions, batches, tensors, sessions);
  }

  @Override
  public @Nullable DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new OfExecutor();
  }

  private static final class OfExecutor implements ExecutorPlugin {
    private Path folder = Path.of("");
    private Path file = Path.of("");
    private long matricesBefore;

    @Override
    public void init(PluginContext context, Map<String, String> extra) {
      folder = Path.of(context.conf().get(FOLDER));
      file = folder.resolve("left-open").resolve(context.executorID());
      matricesBefore = OpenResources.matrices();
    }

    @Override
    public void onTaskSucceeded() {
      write("succeeded");
    }

    @Override
    public void onTaskFailed(TaskFailedReason reason) {
      write("failed");
    }

    private void write(String how) {
      try {
        Files.createDirectories(file.getParent());
        Files.writeString(
            file, how + ": " + open() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException | JMException e) {
        throw new IllegalStateException("what is open cannot be told", e);
      }
    }

    private String open() throws IOException, JMException {
      return "%d session handles, %d sessions, %d fetch threads, %d decode threads, %d matrices, %d files, %s"
          .formatted(
              OpenResources.handles(),
              OpenResources.sessions(),
              OpenResources.fetchThreads(),
              OpenResources.decodeThreads(),
              OpenResources.matrices() - matricesBefore,
              OpenResources.files(folder),
              OpenResources.reachable(
                  FetchAhead.class,
                  ImageBatch.class,
                  ImageDecoder.class,
                  OnnxTensor.class,
                  OrtSession.class));
    }
  }
}
