package io.repvit.watch;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.TaskFailedReason;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of the plugin in an executor: sends its state to the driver. */
final class ExecutorMetrics implements ExecutorPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorMetrics.class);

  /** Time between two messages while nothing ends: 5 s, below usual intervals of scrapes. */
  private static final long PERIOD_MS = 5_000;

  /** Time after the end of a task until a message; the ends of other tasks share it. */
  private static final long AFTER_TASK_MS = 100;

  /** The id of the driver, which has the executor of local mode in its own process. */
  private static final String DRIVER = "driver";

  private final AtomicBoolean due = new AtomicBoolean();

  /** Discards what tasks schedule after the shutdown. */
  private final ScheduledExecutorService sender =
      new ScheduledThreadPoolExecutor(
          1,
          work -> {
            var thread = new Thread(work, "repvit-metrics");
            thread.setDaemon(true);
            return thread;
          },
          new ThreadPoolExecutor.DiscardPolicy());

  private @Nullable PluginContext context;
  private @Nullable Values own;
  private boolean failed;

  @Override
  public void init(PluginContext plugin, Map<String, String> extra) {
    context = plugin;
    if (!plugin.executorID().equals(DRIVER)) {
      own = new Values(plugin.metricRegistry(), "");
    }
    // Spark registers the metrics that exist when this method returns, and those that follow.
    send();
    var unused =
        sender.scheduleWithFixedDelay(this::send, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void onTaskSucceeded() {
    sendSoon();
  }

  @Override
  public void onTaskFailed(TaskFailedReason reason) {
    sendSoon();
  }

  private void sendSoon() {
    if (due.compareAndSet(false, true)) {
      var unused = sender.schedule(this::send, AFTER_TASK_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** A driver that is busy or gone gets no message; the next one has all values again. */
  private synchronized void send() {
    due.set(false);
    if (context == null) {
      return;
    }
    ExecutorState state = ExecutorState.now(context.executorID());
    if (own != null) {
      state.tell(own);
    }
    try {
      context.send(state);
      failed = false;
    } catch (IOException | RuntimeException e) {
      if (!failed) {
        LOG.warn("the driver gets no metrics of executor {}: {}", state.executor(), e.toString());
      }
      failed = true;
    }
  }

  @Override
  public void shutdown() {
    sender.shutdownNow();
  }
}
