package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.image.Animated;
import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.image.JpegScaling;
import io.repvit.image.MeasureOptions;
import io.repvit.image.Orientation;
import io.repvit.predict.Cascade;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.ModelReference;
import io.repvit.run.DriftLimits;
import io.repvit.run.ResumeScope;
import io.repvit.run.RunJob;
import io.repvit.run.RunPolicy;
import io.repvit.run.Unfinished;
import io.repvit.source.FetchWindow;
import io.repvit.source.Input;
import io.repvit.table.IcebergNamespace;
import io.repvit.table.RunKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ClassifyConfigTest {
  private static final List<String> REQUIRED =
      List.of("--model=m.onnx", "--input=/in", "--output=/out");

  /** Half past nine in the evening of the 8th in UTC; the 9th in the clock's own zone. */
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-08T21:30:05.042Z"), ZoneId.of("Asia/Tokyo"));

  @Test
  void whatIsNotGivenComesFromTheDefaultsAndTheClockInUtc() throws UserException {
    RunJob config = config().job();
    assertEquals(ModelReference.of("m.onnx"), config.model());
    assertEquals(new Input.Files(List.of("/in")), config.input());
    assertEquals(
        new RunKey("/out", LocalDate.of(2026, 1, 8), "20260108T213005.042Z"), config.key());
    assertEquals(
        new ClassifyOptions(
            4,
            5,
            new ImageLimits(64 << 20, 64_000_000, 30),
            DecodeOptions.DEFAULT,
            FetchWindow.DEFAULT,
            0,
            0.1,
            8,
            MeasureOptions.NONE),
        config.options());
    assertEquals(RunPolicy.DEFAULT, config.policy());
    assertEquals(ResumeScope.ANY_DATE, config.resume());
    assertEquals(ResumeScope.SAME_DATE, config("--date=2026-11-23").job().resume());
  }

  @Test
  void theDefaultsOfJavaAreThoseOfTheCommandLine() throws UserException {
    RunJob config = config().job();
    assertEquals(
        RunJob.builder(config.input(), "m.onnx", config.key())
            .resume(config.resume())
            .page(config.page())
            .build(),
        config);
  }

  @Test
  void aFormatOfInputTakesItsOwnSettingsAndRefusesThoseOfOthers() throws UserException {
    List<String> in = List.of("/in");
    assertEquals(
        new Input.Table(in, "orc", "photo", "id", List.of("a", "b.c")),
        config(
                "--input-format=table",
                "--table-format=orc",
                "--image-column=photo",
                "--key-column=id",
                "--carry=a",
                "--carry=b.c")
            .job()
            .input());
    assertEquals(
        new Input.Table(in, "parquet", "image", null, List.of()),
        config("--input-format=table").job().input());
    assertEquals(
        new Input.Paths(in, List.of("a")),
        config("--input-format=paths", "--carry=a").job().input());
    assertEquals(
        new Input.WebDataset(in, List.of("cls")),
        config("--input-format=webdataset", "--carry=cls").job().input());
    assertEquals(new Input.Inventory(in), config("--input-format=inventory").job().input());
    assertEquals(new Input.Zip(in), config("--input-format=ZIP").job().input());
    assertThrows(UserException.class, () -> config("--input-format=zip", "--carry=a"));
    assertThrows(UserException.class, () -> config("--key-column=id"));
  }

  @Test
  void everyOptionArrivesWhereItBelongs() throws UserException {
    ClassifyConfig config =
        config(
            "--model-sha256=" + "ab".repeat(32),
            "--input=/in2",
            "--run-id=nightly",
            "--card=m.card.conf",
            "--date=2026-11-23",
            "--iceberg=lake.photos.nightly",
            "--rescore",
            "--nothing-new-code=0",
            "--batch=1",
            "--top-k=2",
            "--partitions=3",
            "--orientation=ignore",
            "--max-quarantine-rate=0.5",
            "--max-image-bytes=6MiB",
            "--max-image-pixels=7",
            "--fetch-objects=8",
            "--fetch-bytes=9kB",
            "--gate-label-drift=0.15",
            "--gate-score-drift=0.16",
            "--gate-embedding-drift=1.7",
            "--gate-min-images=18",
            "--report-thumbnails=7",
            "--quality",
            "--phash",
            "--wave-images=12",
            "--target-file-size=13MiB",
            "--lease-timeout=14s",
            "--unfinished=discard",
            "--animated=first");
    RunJob expected =
        RunJob.builder(
                new Input.Files(List.of("/in", "/in2")),
                new ModelReference("m.onnx", "ab".repeat(32), "m.card.conf"),
                new RunKey("/out", LocalDate.of(2026, 11, 23), "nightly"))
            .destination(new IcebergNamespace("lake.photos.nightly"))
            .rescore(true)
            .options(
                new ClassifyOptions(
                    1,
                    2,
                    new ImageLimits(6 << 20, 7, 30),
                    new DecodeOptions(Orientation.IGNORE, JpegScaling.FULL, Animated.FIRST),
                    new FetchWindow(8, 9000),
                    3,
                    0.5,
                    7,
                    MeasureOptions.ALL))
            .policy(new RunPolicy(12, 13 << 20, Duration.ofSeconds(14), Unfinished.DISCARD))
            .drift(new DriftLimits(0.15, 0.16, 1.7, 18))
            .page(config.job().page())
            .build();
    assertEquals(new ClassifyConfig(expected, 0), config);
  }

  @Test
  void aCascadeNeedsASecondModelAndALimit() throws UserException {
    assertEquals(
        new Cascade(new ModelReference("n.onnx", "ab".repeat(32), "n.card.conf"), 0.8),
        config(
                "--then=n.onnx",
                "--below=0.8",
                "--then-sha256=" + "ab".repeat(32),
                "--then-card=n.card.conf")
            .job()
            .cascade());
    for (List<String> wrong :
        List.of(
            List.of("--then=n.onnx"),
            List.of("--below=0.8"),
            List.of("--then-card=n.card.conf"),
            List.of("--then-sha256=" + "ab".repeat(32)),
            List.of("--then=n.onnx", "--below=0"),
            List.of("--then=n.onnx", "--below=NaN"),
            List.of("--then=n.onnx", "--below=0.8", "--then-sha256=abc"))) {
      var e =
          assertThrows(
              UserException.class, () -> config(wrong.toArray(String[]::new)), wrong::toString);
      String key = wrong.get(wrong.size() - 1).replaceAll("^--|=.*", "");
      assertTrue(String.valueOf(e.getMessage()).contains(key), e.getMessage());
    }
  }

  @Test
  void measuresNeedTheImageInFullSize() {
    for (String measure : List.of("--quality", "--phash")) {
      var e =
          assertThrows(UserException.class, () -> config(measure, "--jpeg-scaling=dct"), measure);
      assertTrue(String.valueOf(e.getMessage()).contains("jpeg-scaling = full"), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nothing-new-code, 5",
    "batch, 0",
    "batch, 257",
    "batch, -1",
    "top-k, 0",
    "partitions, -1",
    "orientation, upright",
    "iceberg, lake",
    "iceberg, lake.a-b",
    "max-quarantine-rate, 1.01",
    "report-thumbnails, -1",
    "report-thumbnails, 101",
    "gate-label-drift, 1.01",
    "gate-score-drift, -0.1",
    "gate-embedding-drift, -1",
    "gate-min-images, 0",
    "max-quarantine-rate, -0.1",
    "max-quarantine-rate, NaN",
    "max-image-bytes, 0",
    "max-image-bytes, 2GiB",
    "max-image-pixels, 0",
    "max-image-pixels, 268435456",
    "fetch-objects, 0",
    "fetch-objects, 257",
    "fetch-bytes, 0",
    "date, 23.11.2026",
    "date, 2026-02-30",
    "date, today",
    "wave-images, 0",
    "target-file-size, 1MB",
    "lease-timeout, 1s",
    "lease-timeout, 2 days",
    "lease-timeout, long",
    "unfinished, keep",
    "run-id, ../other",
    "run-id, a/b",
    "model-sha256, abc",
  })
  void aBadValueIsOneLineThatNamesItsSetting(String key, String value) {
    var e = assertThrows(UserException.class, () -> config("--" + key + "=" + value));
    String message = String.valueOf(e.getMessage());
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains(key) || message.contains(key.replace('-', ' ')), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "input", "output"})
  void whatIsMissingIsNamed(String key) {
    var args = new ArrayList<>(REQUIRED);
    args.removeIf(a -> a.startsWith("--" + key));
    var e = assertThrows(UserException.class, () -> of(args));
    assertEquals("--" + key + " is required", e.getMessage());
  }

  private static ClassifyConfig config(String... more) throws UserException {
    var args = new ArrayList<>(REQUIRED);
    args.addAll(List.of(more));
    return of(args);
  }

  private static ClassifyConfig of(List<String> args) throws UserException {
    var line = new CommandLine(new ClassifyCommand());
    line.parseArgs(args.toArray(String[]::new));
    return ClassifyConfig.of(Settings.of(line.getCommandSpec(), null), CLOCK);
  }
}
