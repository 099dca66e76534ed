package io.repvit.run;

import io.repvit.UserException;
import io.repvit.inference.ModelException;
import io.repvit.metrics.LeftOut;
import io.repvit.metrics.RunMetrics;
import io.repvit.predict.Cascade;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.LoadedModel;
import io.repvit.predict.LoadedModels;
import io.repvit.predict.ModelReference;
import io.repvit.source.FetchConnections;
import io.repvit.source.Input;
import io.repvit.storage.TrafficMeter;
import io.repvit.table.Destination;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Executes a whole run from Java, as the command {@code classify} does: it lists the input,
 * classifies the images that published runs have not scored, and publishes two tables and a
 * manifest.
 *
 * <pre>{@code
 * RunKey key = new RunKey("s3a://tables/photos", LocalDate.now(), "nightly");
 * RunJob job =
 *     RunJob.builder(new Input.Files(List.of("s3a://photos/")), "s3a://models/repvit.onnx", key)
 *         .build();
 * if (job.run(spark) instanceof RunEnd.Published published) {
 *   System.out.println(published.manifest().json());
 * }
 * }</pre>
 *
 * @param input the data set
 * @param model the model file and its card
 * @param cascade second model for the images that {@code model} scores low; null without
 * @param key output, date and name of the run
 * @param resume which unfinished runs may be resumed instead of {@code key}
 * @param destination kind and place of the tables
 * @param rescore whether objects that published runs have scored are scored again
 * @param options how images are read, decoded and classified
 * @param policy size of waves and files, lease, handling of unfinished runs
 * @param drift limits of the drift gate
 * @param page writes a report beside the manifest
 */
public record RunJob(
    Input input,
    ModelReference model,
    @Nullable Cascade cascade,
    RunKey key,
    ResumeScope resume,
    Destination destination,
    boolean rescore,
    ClassifyOptions options,
    RunPolicy policy,
    DriftLimits drift,
    RunPage page) {

  /** Name of the Spark accumulator that counts images as they are classified, for listeners. */
  public static final String PROGRESS = "images";

  /** A run with the defaults of the command line; {@code model} is a path or URI. */
  public static Builder builder(Input input, String model, RunKey key) {
    return builder(input, ModelReference.of(model), key);
  }

  /** A run with the defaults of the command line. */
  public static Builder builder(Input input, ModelReference model, RunKey key) {
    return new Builder(input, model, key);
  }

  /** As {@link #run(SparkSession, RunObserver)}, unobserved. */
  public RunEnd run(SparkSession spark) throws UserException, IOException {
    return run(spark, RunObserver.NONE);
  }

  /**
   * Executes the run. If an earlier attempt failed, this one resumes its committed waves.
   *
   * @throws UserException if the input, the output or the settings cannot be used; nothing is
   *     published
   * @throws ModelException if the model cannot be used
   * @throws LeaseException if another attempt holds the lease of the run
   * @throws IOException if a file system fails; the next attempt resumes the run
   */
  public RunEnd run(SparkSession spark, RunObserver observer) throws UserException, IOException {
    Instant start = Instant.now();
    var clock = new PhaseClock(observer);
    LoadedModels loaded = prepare(spark, clock);
    RunSpec spec = spec(loaded);
    try (Attempt attempt = Attempts.resumeOrBegin(spark, key, resume, spec, policy)) {
      attempt.resumes().ifPresent(clock::resuming);
      clock.enter(Phase.LISTING);
      RunPlan planned = attempt.plan();
      clock.planned(planned.plan().images(), attempt.report().rows());
      if (planned.plan().count() == 0) {
        return new RunEnd.NothingNew(planned.listed(), planned.failed(), planned.plan().leftOut());
      }
      Configuration hadoop = spark.sparkContext().hadoopConfiguration();
      var run =
          new ClassifyRun(
              spark,
              loaded.files(),
              destination.committer(spark, loaded.identity(), policy.targetFileBytes()),
              new DriftGate(drift, key, loaded.identity(), cascade != null, hadoop),
              clock,
              totals -> complete(totals, attempt.key(), planned, loaded, start, clock, hadoop));
      return run.execute(attempt, planned);
    }
  }

  /**
   * Lists the input and plans the run without executing it. No files remain below the output.
   *
   * @return what the run would read
   */
  public RunPlan plan(SparkSession spark, RunObserver observer) throws UserException, IOException {
    return dry(spark, observer).plan(planned -> planned);
  }

  /**
   * As {@link #plan}, and forecasts storage requests and processor time.
   *
   * @param calibration how long the task slots classify a sample of the input, which writes
   *     nothing; zero leaves it out
   * @param cores cores of the run
   */
  public Forecast forecast(
      SparkSession spark, RunObserver observer, Duration calibration, int cores)
      throws UserException, IOException {
    return dry(spark, observer).forecast(calibration.toMillis() / 1e3, cores);
  }

  private DryRun dry(SparkSession spark, RunObserver observer) throws UserException {
    LoadedModels loaded = prepare(spark, observer);
    return new DryRun(spark, this, spec(loaded), loaded, observer);
  }

  /** Roots of what the run reads and writes. */
  private List<String> places() {
    var places = new ArrayList<>(input.uris());
    places.add(key.output());
    return places;
  }

  private RunSpec spec(LoadedModels loaded) {
    return new RunSpec(input, loaded.identity(), loaded.cascade(), options, rescore, destination);
  }

  /** Checks what the run needs and loads the models. */
  private LoadedModels prepare(SparkSession spark, RunObserver observer) throws UserException {
    FetchConnections.require(spark, input, options.window());
    destination.require(spark);
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    TrafficMeter.SHARED.watch(places(), hadoop);
    // Requests of an earlier run in this JVM do not belong to this run.
    TrafficMeter.SHARED.take();
    LoadedModels loaded = LoadedModels.load(model, cascade, hadoop, options);
    for (LoadedModel one : loaded.all()) {
      if (!one.unfused().isEmpty()) {
        observer.warn(
            String.format(
                Locale.ROOT,
                "%s is unfused: %s; see repvit inspect",
                one.file().name(),
                one.unfused()));
      }
    }
    checkMemory(spark, loaded, observer);
    return loaded;
  }

  private void checkMemory(SparkSession spark, LoadedModels loaded, RunObserver observer)
      throws UserException {
    Optional<ExecutorMemory> executors = ExecutorMemory.of(spark.sparkContext().getConf());
    if (executors.isPresent()) {
      var need = NativeMemory.of(loaded.all(), options, executors.get().slots());
      Stream.of(executors.get().check(need), executors.get().checkDirect(need))
          .flatMap(Optional::stream)
          .forEach(observer::warn);
    }
  }

  /** Writes the page and then the manifest of a run whose tables are visible. */
  private RunEnd.Published complete(
      RunTotals totals,
      RunKey published,
      RunPlan planned,
      LoadedModels loaded,
      Instant start,
      PhaseClock clock,
      Configuration hadoop)
      throws IOException {
    LeftOut leftOut =
        planned
            .plan()
            .leftOut()
            .plus(LeftOut.of(LeftOut.Rule.MEMBERS, totals.report().membersLeftOut()));
    RunTotals measured = totals.plus(RunMetrics.of(0, TrafficMeter.SHARED.take()));
    var manifest =
        RunManifest.of(
            published,
            input.uris(),
            loaded.first().card(),
            loaded.identity(),
            loaded.cascade() == null
                ? null
                : RunCascade.of(loaded.cascade(), measured.report(), options.batch()),
            spec(loaded).conditions(),
            start,
            clock.seconds(),
            planned.skipped(),
            planned.failed(),
            leftOut,
            measured);
    page.write(published, manifest, measured.report().metrics(), hadoop);
    manifest.write(published, hadoop);
    return new RunEnd.Published(published, manifest, leftOut);
  }

  /** Sets what differs from the defaults. */
  public static final class Builder {
    private final Input input;
    private final ModelReference model;
    private final RunKey key;
    private @Nullable Cascade cascade;
    private ResumeScope resume = ResumeScope.THIS_RUN;
    private Destination destination = new Destination.Folders();
    private boolean rescore;
    private ClassifyOptions options = ClassifyOptions.DEFAULT;
    private RunPolicy policy = RunPolicy.DEFAULT;
    private DriftLimits drift = DriftLimits.NONE;
    private RunPage page = RunPage.NONE;

    private Builder(Input input, ModelReference model, RunKey key) {
      this.input = input;
      this.model = model;
      this.key = key;
    }

    /** See {@link RunJob#cascade}. */
    public Builder cascade(@Nullable Cascade value) {
      cascade = value;
      return this;
    }

    /** See {@link RunJob#resume}. */
    public Builder resume(ResumeScope value) {
      resume = value;
      return this;
    }

    /** See {@link RunJob#destination}. */
    public Builder destination(Destination value) {
      destination = value;
      return this;
    }

    /** See {@link RunJob#rescore}. */
    public Builder rescore(boolean value) {
      rescore = value;
      return this;
    }

    /** See {@link RunJob#options}. */
    public Builder options(ClassifyOptions value) {
      options = value;
      return this;
    }

    /** See {@link RunJob#policy}. */
    public Builder policy(RunPolicy value) {
      policy = value;
      return this;
    }

    /** See {@link RunJob#drift}. */
    public Builder drift(DriftLimits value) {
      drift = value;
      return this;
    }

    /** See {@link RunJob#page}. */
    public Builder page(RunPage value) {
      page = value;
      return this;
    }

    /** The run. */
    public RunJob build() {
      return new RunJob(
          input, model, cascade, key, resume, destination, rescore, options, policy, drift, page);
    }
  }
}
