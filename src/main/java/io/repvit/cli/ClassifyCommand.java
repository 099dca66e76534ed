package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import io.repvit.metrics.RunMetrics;
import io.repvit.report.HtmlReport;
import io.repvit.run.Attempt;
import io.repvit.run.Attempts;
import io.repvit.run.ClassifyRun;
import io.repvit.run.DriftGate;
import io.repvit.run.Phase;
import io.repvit.run.PhaseClock;
import io.repvit.run.RunManifest;
import io.repvit.run.RunPlan;
import io.repvit.run.RunSpec;
import io.repvit.source.FetchConnections;
import io.repvit.storage.TrafficMeter;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main job: images in, labels and embeddings out. */
@Command(
    name = "classify",
    description = "Classifies images and writes labels and embeddings to Parquet.",
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class ClassifyCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Option(names = "--config", paramLabel = "FILE", description = "HOCON file with settings.")
  @Nullable Path file;

  @Mixin final ClassifyFlags flags = new ClassifyFlags();

  @ArgGroup final Mode mode = new Mode();

  /** One of them at most: a plan has no manifest. */
  static final class Mode {
    @Option(names = "--dry-run", description = "List and plan, classify nothing.")
    boolean dryRun;

    @Option(names = "--json", description = "Print the manifest instead of a table.")
    boolean json;
  }

  @Override
  public Integer call() throws Exception {
    return Stopping.during(err(), command.qualifiedName(), this::run);
  }

  private int run(Phase.Observer stopping) throws UserException, IOException {
    Settings settings = Settings.of(command, file);
    var config = ClassifyConfig.of(settings, Clock.systemUTC());
    Instant start = Instant.now();
    var clock = new PhaseClock();
    try (SparkSession spark = Sparks.open("classify")) {
      FetchConnections.require(spark, config.input(), config.options().window());
      config.destination().require(spark);
      Configuration hadoop = spark.sparkContext().hadoopConfiguration();
      TrafficMeter.SHARED.watch(config.places(), hadoop);
      // The last requests of an earlier run in this JVM are not this run's.
      TrafficMeter.SHARED.take();
      var model = LoadedModel.load(config, hadoop);
      if (!model.unfused().isEmpty()) {
        err()
            .printf(
                Locale.ROOT,
                "repvit classify: warning: %s is unfused: %s; see repvit inspect%n",
                model.file().name(),
                model.unfused());
      }
      requireMemory(spark, config, model);
      return mode.dryRun
          ? plan(spark, config, model)
          : classify(spark, settings, config, model, start, clock, stopping);
    }
  }

  private int plan(SparkSession spark, ClassifyConfig config, LoadedModel model)
      throws UserException, IOException {
    Instant listing = Instant.now();
    // A name of its own: the run itself may be under way.
    var key = new RunKey(config.key().output(), config.key().date(), "dry-" + UUID.randomUUID());
    try (var attempt = Attempts.begin(spark, key, spec(config, model), config.policy())) {
      RunPlan planned = attempt.plan();
      if (planned.listed() == 0) {
        return nothing(config, planned);
      }
      ClassifySummary.print(out(), planned, Duration.between(listing, Instant.now()));
      return ExitCode.DONE;
    }
  }

  private static RunSpec spec(ClassifyConfig config, LoadedModel model) {
    return new RunSpec(
        config.input(), model.scorer(), config.options(), config.rescore(), config.destination());
  }

  private int nothing(ClassifyConfig config, RunPlan planned) {
    LeftOut leftOut = planned.plan().leftOut();
    if (planned.listed() == 0) {
      err()
          .printf(
              Locale.ROOT,
              "repvit classify: no objects in %s, nothing to do%s%n",
              config.input().uris(),
              leftOut.nothing() ? "" : "; " + leftOut.text());
    } else {
      err()
          .printf(
              Locale.ROOT,
              "repvit classify: nothing new: all %d in %s were scored before with this model"
                  + " and preprocessing%s; --rescore scores them again%n",
              planned.listed(),
              config.input().uris(),
              planned.failed() == 0
                  ? ""
                  : String.format(
                      Locale.ROOT, ", or failed, %d of them, and would again", planned.failed()));
    }
    return config.nothingNewCode();
  }

  private int classify(
      SparkSession spark,
      Settings settings,
      ClassifyConfig config,
      LoadedModel model,
      Instant start,
      PhaseClock clock,
      Phase.Observer stopping)
      throws UserException, IOException {
    try (var attempt =
        Attempts.adoptOrBegin(
            spark, config.key(), config.adoption(), spec(config, model), config.policy())) {
      if (attempt.resumes() != null) {
        err().println("repvit classify: going on with " + attempt.resumes());
      }
      IntSupplier end;
      try (var progress = new Progress(err())) {
        spark.sparkContext().addSparkListener(progress);
        Phase.Observer phases =
            phase -> {
              stopping.enter(phase);
              clock.enter(phase);
              progress.enter(phase);
            };
        phases.enter(Phase.LISTING);
        RunPlan planned = attempt.plan();
        progress.planned(planned.plan().images(), attempt.report().rows());
        end =
            planned.plan().count() == 0
                ? () -> nothing(config, planned)
                : classify(
                    spark,
                    settings,
                    config.named(attempt.key()),
                    model,
                    attempt,
                    planned,
                    start,
                    clock,
                    phases);
      }
      return end.getAsInt();
    }
  }

  private void requireMemory(SparkSession spark, ClassifyConfig config, LoadedModel model)
      throws UserException {
    var executors = ExecutorMemory.of(spark.sparkContext().getConf());
    if (executors.isPresent()) {
      var need =
          NativeMemory.of(
              model.file().bytes().length,
              model.card(),
              config.options().batch(),
              config.options().limits(),
              executors.get().slots());
      Stream.of(executors.get().check(need), executors.get().checkDirect(need))
          .flatMap(Optional::stream)
          .forEach(warning -> err().println("repvit classify: warning: " + warning));
    }
  }

  /** Does the run and returns what there is to say of it. */
  private IntSupplier classify(
      SparkSession spark,
      Settings settings,
      ClassifyConfig config,
      LoadedModel model,
      Attempt attempt,
      RunPlan planned,
      Instant start,
      PhaseClock clock,
      Phase.Observer phases)
      throws UserException, IOException {
    var publisher =
        config.destination().publisher(spark, model.scorer(), config.policy().targetFileBytes());
    var run = new ClassifyRun(spark, model.file(), publisher, phases);
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    var gate = new DriftGate(config.drift(), config.key(), model.scorer().modelSha256(), hadoop);
    ClassifyRun.Result result = run.execute(attempt, planned, gate);
    if (result instanceof ClassifyRun.Result.Published tables) {
      LeftOut leftOut =
          planned
              .plan()
              .leftOut()
              .plus(LeftOut.of(LeftOut.Rule.MEMBERS, tables.report().membersLeftOut()));
      RunManifest manifest;
      List<Row> sample;
      try {
        // Read before the manifest stands: a run that fails here is not published.
        sample = mode.json ? List.of() : ClassifySummary.sample(spark, config);
        var published = tables.measured(RunMetrics.of(0, TrafficMeter.SHARED.take()));
        manifest =
            RunManifest.of(
                attempt.key(),
                config.input().uris(),
                model.card(),
                model.scorer(),
                spec(config, model).conditions(),
                start,
                clock.seconds(),
                planned.skipped(),
                planned.failed(),
                leftOut,
                published);
        new HtmlReport(manifest, published.report().metrics(), settings.shown())
            .write(attempt.key(), hadoop);
        manifest.write(attempt.key(), hadoop);
      } catch (IOException | RuntimeException e) {
        run.withdrawAfter(attempt, e);
        throw e;
      }
      attempt.finish();
      return () -> {
        if (mode.json) {
          out().print(manifest.json());
          out().flush();
        } else {
          ClassifySummary.print(out(), config, manifest, leftOut, sample);
        }
        return ExitCode.DONE;
      };
    }
    return () -> notPublished(result, config);
  }

  private int notPublished(ClassifyRun.Result result, ClassifyConfig config) {
    if (result instanceof ClassifyRun.Result.Drifted drifted) {
      err()
          .printf(
              Locale.ROOT,
              "repvit classify: %s; nothing was published. Start it again with other limits to"
                  + " publish what is staged, or with --unfinished discard to compute it anew%n",
              drifted.drift().text());
      return ExitCode.LIMIT_EXCEEDED;
    }
    err()
        .printf(
            Locale.ROOT,
            "repvit classify: %d of %d images went to quarantine %s, more than the share %s that"
                + " max-quarantine-rate allows; nothing was published%n",
            result.report().quarantinedTotal(),
            result.report().rows(),
            result.report().quarantined(),
            config.options().maxQuarantineRate());
    return ExitCode.LIMIT_EXCEEDED;
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  private PrintWriter err() {
    return command.commandLine().getErr();
  }
}
