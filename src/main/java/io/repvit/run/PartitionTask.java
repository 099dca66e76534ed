package io.repvit.run;

import io.repvit.UserException;
import io.repvit.inference.Prediction;
import io.repvit.metrics.RunMetrics;
import io.repvit.metrics.Work;
import io.repvit.predict.CascadeIdentity;
import io.repvit.predict.ClassifierPool;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.DecodedObject;
import io.repvit.predict.ModelFiles;
import io.repvit.predict.ModelIdentity;
import io.repvit.predict.Outcomes;
import io.repvit.predict.PartitionPredictor;
import io.repvit.predict.PartitionReport;
import io.repvit.predict.SecondModel;
import io.repvit.predict.TaskMetrics;
import io.repvit.source.CountingIterator;
import io.repvit.source.Fetched;
import io.repvit.source.FileNames;
import io.repvit.source.ImageSource;
import io.repvit.source.Quarantined;
import io.repvit.spark4.SparkTasks;
import io.repvit.storage.HadoopDefaults;
import io.repvit.storage.TrafficMeter;
import io.repvit.table.PredictionTable;
import io.repvit.table.QuarantineTable;
import io.repvit.table.TableWriter;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * One task of a run, on an executor: it classifies a partition, stages the rows of both tables, and
 * returns a report.
 */
public final class PartitionTask<T> implements FlatMapFunction<Iterator<T>, TaskResult> {
  private static final long serialVersionUID = 1;

  private final ImageSource<T> source;
  private final Broadcast<ModelFiles> models;
  private final Broadcast<Outcomes> outcomes;
  private final ModelIdentity identity;
  private final @Nullable CascadeIdentity cascade;
  private final ClassifyOptions options;
  private final TableWriter predictions;
  private final TableWriter quarantine;
  private final Broadcast<SerializableConfiguration> configuration;
  private final LongAccumulator progress;
  private final int threads;

  /**
   * @param outcomes result cache of the run, which the tasks of an executor share
   * @param progress counts images, also those of task attempts that fail later
   * @param threads threads that compute one batch: {@code spark.task.cpus}
   */
  PartitionTask(
      ImageSource<T> source,
      Broadcast<ModelFiles> models,
      Broadcast<Outcomes> outcomes,
      ModelIdentity identity,
      @Nullable CascadeIdentity cascade,
      ClassifyOptions options,
      TableWriter predictions,
      TableWriter quarantine,
      Broadcast<SerializableConfiguration> configuration,
      LongAccumulator progress,
      int threads) {
    this.source = source;
    this.models = models;
    this.outcomes = outcomes;
    this.identity = identity;
    this.cascade = cascade;
    this.options = options;
    this.predictions = predictions;
    this.quarantine = quarantine;
    this.configuration = configuration;
    this.progress = progress;
    this.threads = threads;
  }

  @Override
  public Iterator<TaskResult> call(Iterator<T> partition) throws Exception {
    long start = System.nanoTime();
    HadoopDefaults.load();
    try {
      FileNames.requireUtf8OnExecutor();
    } catch (UserException e) {
      return Stream.<TaskResult>of(new TaskResult.Refused(String.valueOf(e.getMessage())))
          .iterator();
    }
    TaskContext task = TaskContext.get();
    predictions.watch();
    TableWriter.TaskWriter predicted = predictions.open(task);
    try {
      TableWriter.TaskWriter quarantined = quarantine.open(task);
      try {
        PartitionReport report = classify(task, partition, predicted, quarantined);
        predicted.close();
        quarantined.close();
        SparkTasks.requireCommitPermission(task);
        predicted.commit();
        quarantined.commit();
        long coreNanos = threads * (System.nanoTime() - start);
        var done =
            new TaskResult.Done(report.plus(RunMetrics.of(coreNanos, TrafficMeter.SHARED.take())));
        return Stream.<TaskResult>of(done).iterator();
      } catch (Throwable t) {
        quarantined.abortAfter(t);
        throw t;
      }
    } catch (Throwable t) {
      predicted.abortAfter(t);
      throw t;
    }
  }

  private PartitionReport classify(
      TaskContext task,
      Iterator<T> partition,
      TableWriter.TaskWriter predicted,
      TableWriter.TaskWriter quarantined)
      throws Exception {
    ModelFiles files = models.value();
    try (var first = ClassifierPool.SHARED.acquire(files.first(), threads, options.batch());
        var second =
            SecondModel.acquire(files, cascade, first.session(), threads, options.batch())) {
      var metrics =
          new TaskMetrics(
              first.session(), second == null ? null : second.session(), options.thumbnails());
      var sink = new Rows(task, predicted, quarantined, metrics);
      try (var predictor =
              new PartitionPredictor(
                  first.session(), first.batch(), second, options, outcomes.value(), sink);
          var images = source.open(partition, configuration.value().value(), options.reading())) {
        var counted = new CountingIterator<Fetched>(images);
        predictor.run(counted, () -> stopIfKilled(task));
        Work work = predictor.work();
        var report =
            new PartitionReport(
                images.objectsRead(),
                work.predicted(),
                metrics.answeredBySecond(),
                work.quarantined(),
                sink.labels,
                work.bytes(),
                predictor.reused(),
                images.membersLeftOut(),
                metrics.total(predictor.times(), images.fetches()));
        if (report.rows() != counted.count()) {
          throw new IllegalStateException(
              String.format(
                  Locale.ROOT,
                  "%d images were read, but %d rows written; this is a defect, the numbers must be equal",
                  counted.count(),
                  report.rows()));
        }
        return report;
      }
    }
  }

  private static void stopIfKilled(TaskContext task) {
    if (task.isInterrupted()) {
      throw new TaskKilledException("killed while classifying");
    }
  }

  /** Writes results as rows of the two tables, and counts them. */
  private final class Rows implements PartitionPredictor.Sink {
    private final TaskContext task;
    private final TableWriter.TaskWriter predicted;
    private final TableWriter.TaskWriter quarantined;
    private final TaskMetrics metrics;
    private final Map<String, Long> labels = new TreeMap<>();

    Rows(
        TaskContext task,
        TableWriter.TaskWriter predicted,
        TableWriter.TaskWriter quarantined,
        TaskMetrics metrics) {
      this.task = task;
      this.predicted = predicted;
      this.quarantined = quarantined;
      this.metrics = metrics;
    }

    @Override
    public void predicted(
        DecodedObject image,
        Prediction prediction,
        float @Nullable [] embedding,
        Prediction.@Nullable Score first,
        @Nullable FloatBuffer pixels)
        throws IOException {
      Instant now = Instant.now();
      predicted.write(row(image, prediction, embedding, first, now));
      metrics.predicted(image, prediction.best(), first != null, embedding, pixels, now);
      progress.add(1);
      labels.merge(prediction.best().label(), 1L, Long::sum);
    }

    private Row row(
        DecodedObject image,
        Prediction prediction,
        float @Nullable [] embedding,
        Prediction.@Nullable Score first,
        Instant now) {
      if (cascade == null) {
        return PredictionTable.row(image, prediction, embedding, identity, now);
      }
      ModelIdentity answering = first == null ? identity : cascade.second();
      return PredictionTable.cascadeRow(image, prediction, embedding, first, answering, now);
    }

    @Override
    public void quarantined(Quarantined row) throws IOException {
      quarantined.write(QuarantineTable.row(row, task.attemptNumber(), identity));
      metrics.quarantined(row, Instant.now());
      progress.add(1);
    }
  }
}
