package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.cli.Machine;
import io.repvit.spark4.SparkTasks;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;

/**
 * What an analysis takes and moves.
 *
 * @param seconds wall-clock time
 * @param processor processor time of this process and of others
 * @param shuffleBytes bytes that tasks wrote for shuffles
 * @param driverBytes bytes of results that tasks sent to the driver
 */
record SparkTraffic(
    double seconds, Machine.ProcessorTime processor, long shuffleBytes, long driverBytes) {
  /** An action that is measured. */
  interface Action {
    void run() throws UserException, IOException;
  }

  /** Runs and measures an action. */
  static SparkTraffic of(SparkSession spark, Action action) throws UserException, IOException {
    var counter = new Counter();
    spark.sparkContext().addSparkListener(counter);
    try {
      long start = System.nanoTime();
      Machine.ProcessorTime before = Machine.processorTime();
      action.run();
      double seconds = (System.nanoTime() - start) / 1e9;
      Machine.ProcessorTime used = Machine.processorTime().minus(before);
      counter.awaitEvents(spark);
      return new SparkTraffic(seconds, used, counter.shuffle.get(), counter.results.get());
    } finally {
      spark.sparkContext().removeSparkListener(counter);
    }
  }

  /** Sums the metrics of tasks. Events arrive late, but in order: a last job tells the end. */
  private static final class Counter extends SparkListener {
    private static final String LAST = "repvit.bench.last";

    private final AtomicLong shuffle = new AtomicLong();
    private final AtomicLong results = new AtomicLong();
    private final Set<Integer> lastJobs = ConcurrentHashMap.newKeySet();
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void onTaskEnd(SparkListenerTaskEnd task) {
      shuffle.addAndGet(SparkTasks.shuffleBytes(task));
      results.addAndGet(SparkTasks.resultBytes(task));
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
      if (job.properties() != null && job.properties().containsKey(LAST)) {
        lastJobs.add(job.jobId());
      }
    }

    @Override
    public void onJobEnd(SparkListenerJobEnd job) {
      if (lastJobs.contains(job.jobId())) {
        ended.countDown();
      }
    }

    void awaitEvents(SparkSession spark) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      context.setLocalProperty(LAST, "true");
      context.parallelize(List.of(1), 1).count();
      context.setLocalProperty(LAST, null);
      try {
        ended.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
