package io.repvit.run;

import io.repvit.UserException;
import io.repvit.metrics.Traffic;
import io.repvit.plan.Partitioning;
import io.repvit.plan.Plan;
import io.repvit.predict.LoadedModels;
import io.repvit.source.Input;
import io.repvit.spark4.SparkSql;
import io.repvit.spark4.SparkTasks;
import io.repvit.storage.TrafficMeter;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Plans a run and executes nothing of it. In local mode nothing is written below the output. On a
 * cluster the plan is in the staging folder meanwhile, because executors read it.
 */
final class DryRun {
  private final SparkSession spark;
  private final RunJob job;
  private final RunSpec spec;
  private final LoadedModels models;
  private final RunObserver observer;
  private long start;

  DryRun(SparkSession spark, RunJob job, RunSpec spec, LoadedModels models, RunObserver observer) {
    this.spark = spark;
    this.job = job;
    this.spec = spec;
    this.models = models;
    this.observer = observer;
  }

  /** What is done with a plan, while its files exist. */
  interface Use<T> {
    T of(RunPlan planned) throws UserException, IOException;
  }

  /** Lists the input and plans the run. */
  <T> T plan(Use<T> use) throws UserException, IOException {
    // A unique run id, because an attempt at the run itself may be active.
    var dry = new RunKey(job.key().output(), job.key().date(), "dry-" + UUID.randomUUID());
    if (!spark.sparkContext().isLocal()) {
      try (Attempt attempt = Attempts.begin(spark, dry, spec, job.policy())) {
        start = System.nanoTime();
        observer.enter(Phase.LISTING);
        return use.of(attempt.planDry());
      }
    }
    Attempts.requireOutput(Attempts.staging(spark, dry), dry, spark);
    start = System.nanoTime();
    observer.enter(Phase.LISTING);
    var folder = new Path(Files.createTempDirectory("repvit-plan-").toUri());
    try {
      return use.of(RunPlan.now(spec, dry, new Path(folder, "plan"), spark, true));
    } finally {
      folder.getFileSystem(SparkSql.hadoop(spark)).delete(folder, true);
    }
  }

  /**
   * Plans the run and forecasts what it asks of storage and of processors.
   *
   * @param seconds time of the calibration; 0 leaves it out
   * @param cores cores of the run
   */
  Forecast forecast(double seconds, int cores) throws UserException, IOException {
    return plan(planned -> forecast(planned, seconds, cores));
  }

  private Forecast forecast(RunPlan planned, double seconds, int cores)
      throws UserException, IOException {
    Plan plan = planned.plan();
    int slots = spark.sparkContext().defaultParallelism();
    Partitioning partitioning =
        Partitioning.of(plan, spec.options().partitions(), job.policy().waveImages(), slots);
    int tasks =
        plan.count() == 0
            ? 0
            : plan.partitions(spark, partitioning.partitions()).rdd().getNumPartitions();
    double planning = (System.nanoTime() - start) / 1e9;
    // What planning has asked, the run asks too.
    Traffic ofPlanning = TrafficMeter.SHARED.take();
    Calibration calibration =
        seconds == 0 || plan.count() == 0 ? null : calibrate(plan, slots, seconds);
    OptionalLong images = Forecast.images(plan, calibration);
    double run =
        calibration == null
            ? 0
            : planning + images.orElse(0) / calibration.imagesPerSecondPerCore() / cores;
    int waves = Math.min(tasks, partitioning.waves());
    return new Forecast(
        planned,
        images,
        tasks,
        waves,
        RunRequests.of(spark, job, plan, tasks, waves, ofPlanning, run),
        planning,
        calibration,
        calibration == null ? OptionalDouble.empty() : OptionalDouble.of(run));
  }

  private Calibration calibrate(Plan plan, int slots, double seconds) throws UserException {
    int cores = spark.sparkContext().getConf().getInt("spark.task.cpus", 1);
    int tasks = Math.max(1, slots / cores);
    long wanted = Math.max(tasks, plan.count() / CalibrationTask.SAMPLE);
    var partitions = plan.partitions(spark, (int) Math.min(wanted, Integer.MAX_VALUE));
    Calibration calibration = calibrate(partitions, tasks, cores, seconds);
    if (!calibration.isUseful()) {
      throw new UserException(
          "no image of the sample could be classified, so that the time of the run is not known: "
              + calibration.failed());
    }
    return calibration;
  }

  private <T> Calibration calibrate(
      Plan.Partitions<T> partitions, int tasks, int cores, double seconds) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int all = partitions.rdd().getNumPartitions();
    Set<Integer> chosen = new TreeSet<>();
    for (int task = 0; task < tasks; task++) {
      chosen.add((int) ((long) all * task / tasks));
    }
    var files = context.broadcast(models.files());
    var configuration = context.broadcast(new SerializableConfiguration(SparkSql.hadoop(spark)));
    context.setJobDescription("calibrate");
    try {
      List<CalibrationTask.Measured> measured =
          SparkTasks.only(partitions.rdd(), chosen)
              .mapPartitions(
                  new CalibrationTask<>(
                      partitions.source(),
                      spec.input() instanceof Input.Objects,
                      files,
                      spec.identity(),
                      spec.cascade(),
                      spec.options(),
                      configuration,
                      cores,
                      seconds))
              .collect();
      return Calibration.of(measured, cores);
    } finally {
      context.setJobDescription(null);
      files.destroy();
      configuration.destroy();
    }
  }
}
