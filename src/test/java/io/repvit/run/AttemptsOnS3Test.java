package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.cli.Cli;
import io.repvit.cli.Samples;
import io.repvit.cli.Sparks;
import io.repvit.cli.Tables;
import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.image.MeasureOptions;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import io.repvit.metrics.LeftOut;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.ModelFiles;
import io.repvit.predict.ModelIdentity;
import io.repvit.source.FetchWindow;
import io.repvit.source.Input;
import io.repvit.table.Destination;
import io.repvit.table.ParquetFolders;
import io.repvit.table.RunKey;
import io.repvit.table.TableCommitter;
import io.repvit.testing.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens on S3 between an attempt's plan and its end. */
@Tag("slow")
class AttemptsOnS3Test {
  @TempDir static Path folder;
  private static S3Server s3;
  private static Path input;
  private static Map<String, String> spark;

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start(folder);
    spark = Cli.sparkConf(s3);
    input = folder.resolve("input");
    Samples.garments(input, 3);
    Samples.photographs(input);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Test
  void objectsThatVanishOrChangeAfterTheListingAreQuarantined() throws Exception {
    s3.createBucket("attempts-moving", input);
    Path tables = s3.createBucket("attempts-moving-tables");
    var published =
        attempt(
            "attempts-moving",
            RunPolicy.DEFAULT.targetFileBytes(),
            planned -> {
              assertEquals(41, planned.plan().count());
              Path bucket = tables.resolveSibling("attempts-moving");
              Files.delete(bucket.resolve("bag/00018.png"));
              byte[] same = Files.readAllBytes(bucket.resolve("coat/00006.png"));
              same[same.length / 2]++;
              s3.put("attempts-moving", "coat/00006.png", same);
              s3.put("attempts-moving", "coat/00010.png", new byte[3]);
            });
    assertEquals(37, published.report().predicted());
    try (Tables onS3 = Tables.open(tables.resolve("run"))) {
      assertEquals(
          List.of(
              List.of("s3a://attempts-moving/bag/00018.png", "fetch", "NOT_FOUND"),
              List.of("s3a://attempts-moving/coat/00006.png", "fetch", "CHANGED"),
              List.of("s3a://attempts-moving/coat/00010.png", "fetch", "CHANGED"),
              List.of("s3a://attempts-moving/photographs/README.md", "decode", "NOT_AN_IMAGE")),
          onS3.rows("select path, stage, code from quarantine order by path"));
      assertEquals(37, onS3.count("predictions", "true"));
    }
  }

  /** Executors share nothing, so duplicates must be in one partition to be scored once. */
  @Test
  void identicalObjectsShareAPartitionAndAreScoredOnce() throws Exception {
    Path copies = folder.resolve("copies");
    for (String name : List.of("a", "b", "c", "d")) {
      Samples.garments(copies.resolve(name), 1);
    }
    Samples.photographs(copies.resolve("b"));
    s3.createBucket("attempts-copies", copies);
    Path tables = s3.createBucket("attempts-copies-tables").resolve("run");
    int aFilePerPartition = 1;
    var published = attempt("attempts-copies", aFilePerPartition, planned -> {});
    assertEquals(8, published.partitions());
    assertEquals(40 - 10, published.report().reused());
    try (Tables onS3 = Tables.open(tables)) {
      assertEquals(
          List.of(List.of(10L, 4L, 1L), List.of(10L, 1L, 1L)),
          onS3.rows(
              """
              select count(*), paths, files from
                  (select count(*) as paths, count(distinct filename) as files
                   from read_parquet('%s', filename = true) group by content_sha256)
              group by paths, files order by paths desc"""
                  .formatted(Tables.files(tables, "predictions"))));
      assertEquals(
          10,
          onS3.number(
              "select count(*) from (select content_sha256 from predictions group by 1"
                  + " having count(*) = 4 and count(distinct (label, score, embedding)) = 1)"));
    }
  }

  @Test
  void oneOfTwoAttemptsGetsTheRunAndADeadOneDisturbsNothing() throws Exception {
    s3.createBucket("attempts-twice", input);
    Path tables = s3.createBucket("attempts-twice-tables");
    var key =
        new RunKey("s3a://attempts-twice-tables/run", LocalDate.parse(Tables.DATE), Tables.RUN);
    var model = ModelFile.of("model.onnx", Files.readAllBytes(Cli.MODEL));
    RunSpec spec = spec(new Input.Files(List.of("s3a://attempts-twice/")), model);
    var policy = new RunPolicy(20, 1 << 20, Duration.ofSeconds(60), Unfinished.RESUME);
    Path local = folder.resolve("local");
    Cli.classify(input, local).done();
    var published = new ArrayList<String>();
    Cli.with(
        spark,
        () -> {
          try (SparkSession session = Sparks.open("test");
              Attempt first = oneOfTwo(() -> Attempts.begin(session, key, spec, policy))) {
            var folders = new ParquetFolders(session, policy.targetFileBytes());
            Publishing late =
                (staging, k, staged, permission) -> {
                  // Another attempt may do this when the lease was not renewed for its timeout.
                  staging.fileSystem().delete(staging.lease(), true);
                  try (Attempt second = Attempts.begin(session, key, spec, policy)) {
                    RunTotals done = execute(session, model, folders, second, second.plan());
                    assertEquals(1, done.attempts(), "it computed nothing again");
                  } catch (UserException e) {
                    throw new IOException(e);
                  }
                  published.addAll(parquet(tables));
                  folders.commit(staging, k, staged, permission);
                };
            var lost =
                assertThrows(
                    LeaseException.class, () -> execute(session, model, late, first, first.plan()));
            assertTrue(
                String.valueOf(lost.getMessage()).contains("another attempt took this run over"),
                lost::toString);
          }
          return Boolean.TRUE;
        });
    assertEquals(2, published.size());
    assertEquals(published, parquet(tables));
    try (Tables onS3 = Tables.open(tables.resolve("run"))) {
      assertEquals(Tables.answers(local, input), onS3.answers("s3a://attempts-twice"));
      assertEquals(1, onS3.count("quarantine", "true"));
    }
  }

  private static List<String> parquet(Path tables) throws IOException {
    return Tables.filesBelow(tables).stream().filter(f -> f.endsWith(".parquet")).sorted().toList();
  }

  /** A committer that cannot withdraw. */
  private interface Publishing extends TableCommitter {
    @Override
    default void withdraw(RunKey key, List<String> tables) {
      throw new AssertionError(key + " is withdrawn");
    }
  }

  /** Two attempts begin at once; one gets the run and the other is refused. */
  private static Attempt oneOfTwo(Callable<Attempt> begin) throws Exception {
    var threads = Executors.newFixedThreadPool(2);
    List<Future<Attempt>> both = threads.invokeAll(List.of(begin, begin));
    threads.shutdown();
    List<Attempt> begun = new ArrayList<>();
    List<Throwable> told = new ArrayList<>();
    for (Future<Attempt> each : both) {
      try {
        begun.add(each.get());
      } catch (ExecutionException e) {
        told.add(e.getCause());
      }
    }
    List<Attempt> first = new ArrayList<>();
    for (Attempt attempt : begun) {
      try {
        attempt.requireLease();
        first.add(attempt);
      } catch (LeaseException e) {
        told.add(e);
        attempt.close();
      }
    }
    assertEquals(1, first.size(), told::toString);
    assertInstanceOf(LeaseException.class, told.get(0));
    assertTrue(told.toString().contains("another attempt is at this run"), told::toString);
    return first.get(0);
  }

  private interface Meanwhile {
    void between(RunPlan planned) throws Exception;
  }

  /** Plans an attempt from one bucket to another, lets the test act, and executes it. */
  private static RunTotals attempt(String bucket, long targetFileBytes, Meanwhile meanwhile)
      throws Exception {
    return Cli.with(
        spark,
        () -> {
          try (SparkSession session = Sparks.open("test")) {
            var input = new Input.Files(List.of("s3a://" + bucket + "/"));
            var key =
                new RunKey(
                    "s3a://" + bucket + "-tables/run", LocalDate.parse(Tables.DATE), Tables.RUN);
            var model = ModelFile.of("model.onnx", Files.readAllBytes(Cli.MODEL));
            try (var attempt =
                Attempts.begin(session, key, spec(input, model), RunPolicy.DEFAULT)) {
              RunPlan planned = attempt.plan();
              meanwhile.between(planned);
              var folders = new ParquetFolders(session, targetFileBytes);
              return execute(session, model, folders, attempt, planned);
            }
          }
        });
  }

  /** Executes a run that is published without a manifest. */
  private static RunTotals execute(
      SparkSession session,
      ModelFile model,
      TableCommitter committer,
      Attempt attempt,
      RunPlan planned)
      throws UserException, IOException {
    var totals = new AtomicReference<RunTotals>();
    var run =
        new ClassifyRun(
            session,
            new ModelFiles(model, null),
            committer,
            PublicationGate.OPEN,
            RunObserver.NONE,
            ended -> {
              totals.set(ended);
              return new RunEnd.NothingNew(0, 0, LeftOut.NONE);
            });
    run.execute(attempt, planned);
    return Objects.requireNonNull(totals.get());
  }

  private static RunSpec spec(Input input, ModelFile model) throws Exception {
    var options =
        new ClassifyOptions(
            4,
            5,
            ImageLimits.DEFAULT,
            DecodeOptions.DEFAULT,
            FetchWindow.DEFAULT,
            0,
            0.5,
            0,
            MeasureOptions.NONE);
    try (var classifier = ClassifierSession.open(model, 1)) {
      var identity = ModelIdentity.of(model, classifier.card(), DecodeOptions.DEFAULT);
      return new RunSpec(input, identity, null, options, false, new Destination.Folders());
    }
  }
}
