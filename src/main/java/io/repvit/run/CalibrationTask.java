package io.repvit.run;

import io.repvit.inference.Prediction;
import io.repvit.metrics.Work;
import io.repvit.predict.CascadeIdentity;
import io.repvit.predict.ClassifierPool;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.DecodedObject;
import io.repvit.predict.ModelFiles;
import io.repvit.predict.ModelIdentity;
import io.repvit.predict.Outcomes;
import io.repvit.predict.PartitionPredictor;
import io.repvit.predict.SecondModel;
import io.repvit.source.Fetched;
import io.repvit.source.ImageSource;
import io.repvit.source.Quarantined;
import io.repvit.storage.HadoopDefaults;
import io.repvit.table.PredictionTable;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Classifies the first images of a partition for some seconds, as {@link PartitionTask} does, and
 * writes nothing. The first third of the time is for the JVM to compile.
 *
 * @param <T> an element of the plan's partitions
 */
final class CalibrationTask<T> implements FlatMapFunction<Iterator<T>, CalibrationTask.Measured> {
  private static final long serialVersionUID = 1;

  /** Images of a partition that are read again and again: 64. */
  static final int SAMPLE = 64;

  /** Share of the time that is not measured. */
  private static final double WARM_UP = 1.0 / 3;

  private final ImageSource<T> source;
  private final boolean repeats;
  private final Broadcast<ModelFiles> models;
  private final ModelIdentity identity;
  private final @Nullable CascadeIdentity cascade;
  private final ClassifyOptions options;
  private final Broadcast<SerializableConfiguration> configuration;
  private final int threads;
  private final double seconds;

  /**
   * @param repeats whether a partition can be read again; rows of tables would have to be held in
   *     memory for that
   * @param threads as of {@link PartitionTask}
   * @param seconds about how long the task takes
   */
  CalibrationTask(
      ImageSource<T> source,
      boolean repeats,
      Broadcast<ModelFiles> models,
      ModelIdentity identity,
      @Nullable CascadeIdentity cascade,
      ClassifyOptions options,
      Broadcast<SerializableConfiguration> configuration,
      int threads,
      double seconds) {
    this.source = source;
    this.repeats = repeats;
    this.models = models;
    this.identity = identity;
    this.cascade = cascade;
    this.options = options;
    this.configuration = configuration;
    this.threads = threads;
    this.seconds = seconds;
  }

  /** What a task has measured, and in which time. */
  record Measured(Work work, long nanos) implements Serializable {}

  @Override
  public Iterator<Measured> call(Iterator<T> partition) throws Exception {
    HadoopDefaults.load();
    ModelFiles files = models.value();
    try (var first = ClassifierPool.SHARED.acquire(files.first(), threads, options.batch());
        var second =
            SecondModel.acquire(files, cascade, first.session(), threads, options.batch());
        var predictor =
            new PartitionPredictor(
                first.session(),
                first.batch(),
                second,
                options,
                // Without a cache, because the images are classified several times.
                new Outcomes(0),
                new Rows())) {
      return List.of(new Measurement(predictor).of(partition)).iterator();
    }
  }

  /** Makes the rows of the predictions table, and forgets them. */
  private final class Rows implements PartitionPredictor.Sink {
    @Override
    public void predicted(
        DecodedObject image,
        Prediction prediction,
        float @Nullable [] embedding,
        Prediction.@Nullable Score first,
        @Nullable FloatBuffer pixels) {
      PredictionTable.row(image, prediction, embedding, identity, Instant.now());
    }

    @Override
    public void quarantined(Quarantined row) {}
  }

  /** Counts what comes after the time for compiling. */
  private final class Measurement {
    private final PartitionPredictor predictor;
    private final long start = System.nanoTime();
    private long since = start;
    private Work before = Work.NONE;
    private boolean warm;

    Measurement(PartitionPredictor predictor) {
      this.predictor = predictor;
    }

    Measured of(Iterator<T> partition) throws Exception {
      List<T> head = new ArrayList<>();
      while (repeats && head.size() < SAMPLE && partition.hasNext()) {
        head.add(partition.next());
      }
      long done;
      do {
        done = predictor.work().images();
        try (var images =
            source.open(
                repeats ? head.iterator() : partition,
                configuration.value().value(),
                options.reading())) {
          predictor.run(new Sampled(images), () -> {});
        }
      } while (repeats && isTimeLeft() && predictor.work().images() > done);
      return new Measured(predictor.work().minus(before), System.nanoTime() - since);
    }

    private boolean isTimeLeft() {
      return System.nanoTime() - start < seconds * 1e9;
    }

    /** Begins to count when the time for compiling is over. */
    private void count() {
      if (!warm && System.nanoTime() - start > seconds * WARM_UP * 1e9) {
        warm = true;
        since = System.nanoTime();
        before = predictor.work();
      }
    }

    /** The images of a partition, until the sample or the time is used up. */
    private final class Sampled implements Iterator<Fetched> {
      private final Iterator<Fetched> images;
      private int read;

      Sampled(Iterator<Fetched> images) {
        this.images = images;
      }

      @Override
      public boolean hasNext() {
        return (!repeats || read < SAMPLE) && isTimeLeft() && images.hasNext();
      }

      @Override
      public Fetched next() {
        count();
        read++;
        return images.next();
      }
    }
  }
}
