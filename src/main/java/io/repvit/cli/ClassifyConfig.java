package io.repvit.cli;

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
import io.repvit.report.HtmlReport;
import io.repvit.run.DriftLimits;
import io.repvit.run.ResumeScope;
import io.repvit.run.RunJob;
import io.repvit.run.RunPolicy;
import io.repvit.run.Unfinished;
import io.repvit.source.FetchWindow;
import io.repvit.table.Destination;
import io.repvit.table.IcebergNamespace;
import io.repvit.table.RunKey;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@code classify}.
 *
 * @param job the run
 * @param nothingNewCode exit code if there is nothing new to classify: 3 or 0
 */
record ClassifyConfig(RunJob job, int nothingNewCode) {

  private static final String AUTO = "auto";
  private static final DateTimeFormatter RUN_ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT);

  ClassifyConfig {
    if (nothingNewCode != ExitCode.NOTHING_NEW && nothingNewCode != ExitCode.DONE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "nothing-new-code is %d, expected %d or %d",
              nothingNewCode,
              ExitCode.NOTHING_NEW,
              ExitCode.DONE));
    }
  }

  /** Reads the settings. The value "auto" of date and run-id is derived from {@code clock}. */
  static ClassifyConfig of(Settings s, Clock clock) throws UserException {
    ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC);
    String uri = s.text("model");
    String date = s.text("date");
    String id = s.text("run-id");
    try {
      var key =
          new RunKey(
              s.text("output"),
              date.equals(AUTO) ? now.toLocalDate() : LocalDate.parse(date),
              id.equals(AUTO) ? RUN_ID.format(now) : id);
      var model = new ModelReference(uri, s.optionalText("model-sha256"), s.optionalText("card"));
      RunJob job =
          RunJob.builder(InputSettings.of(s), model, key)
              .cascade(cascade(s))
              .resume(resume(id, date))
              .destination(destination(s))
              .rescore(s.flag("rescore"))
              .options(options(s))
              .policy(
                  new RunPolicy(
                      s.integer64("wave-images"),
                      s.bytes("target-file-size"),
                      s.duration("lease-timeout"),
                      s.choice("unfinished", Unfinished.class)))
              .drift(
                  new DriftLimits(
                      s.optionalNumber("gate-label-drift"),
                      s.optionalNumber("gate-score-drift"),
                      s.optionalNumber("gate-embedding-drift"),
                      s.integer64("gate-min-images")))
              .page(HtmlReport.page(s.shown()))
              .build();
      return new ClassifyConfig(job, s.integer("nothing-new-code"));
    } catch (DateTimeParseException e) {
      throw new UserException(
          "date is '" + date + "', expected auto or a date such as 2026-11-23", e);
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The second model; null without one. */
  private static @Nullable Cascade cascade(Settings s) throws UserException {
    String then = s.optionalText("then");
    Double below = s.optionalNumber("below");
    for (String key : List.of("below", "then-sha256", "then-card")) {
      if (then == null && s.optionalText(key) != null) {
        throw new UserException(key + " is set without then; it needs a second model, --then URI");
      }
    }
    if (then == null) {
      return null;
    }
    if (below == null) {
      throw new UserException(
          "then is set without below; it needs a limit of the score, such as --below 0.8, see"
              + " repvit choose-threshold");
    }
    String sha256 = s.optionalText("then-sha256");
    String card = s.optionalText("then-card");
    return new Cascade(named("then-sha256", () -> new ModelReference(then, sha256, card)), below);
  }

  private static ClassifyOptions options(Settings s) throws UserException {
    return new ClassifyOptions(
        s.integer("batch"),
        s.integer("top-k"),
        limits(s),
        new DecodeOptions(
            s.choice("orientation", Orientation.class),
            s.choice("jpeg-scaling", JpegScaling.class),
            s.choice("animated", Animated.class)),
        window(s),
        s.integer("partitions"),
        s.number("max-quarantine-rate"),
        s.integer("report-thumbnails"),
        new MeasureOptions(s.flag("quality"), s.flag("phash")));
  }

  /** A run whose name is given is the one; otherwise an unfinished one is resumed first. */
  private static ResumeScope resume(String id, String date) {
    if (!id.equals(AUTO)) {
      return ResumeScope.THIS_RUN;
    }
    return date.equals(AUTO) ? ResumeScope.ANY_DATE : ResumeScope.SAME_DATE;
  }

  private static Destination destination(Settings s) throws UserException {
    String namespace = s.optionalText("iceberg");
    return namespace == null ? new Destination.Folders() : new IcebergNamespace(namespace);
  }

  private static ImageLimits limits(Settings s) throws UserException {
    long bytes = s.bytes("max-image-bytes");
    long pixels = s.integer64("max-image-pixels");
    int seconds = s.integer("max-image-seconds");
    return named(
        "max-image-bytes, max-image-pixels, max-image-seconds",
        () -> new ImageLimits(bytes, pixels, seconds));
  }

  private static FetchWindow window(Settings s) throws UserException {
    int objects = s.integer("fetch-objects");
    long bytes = s.bytes("fetch-bytes");
    return named("fetch-objects, fetch-bytes", () -> new FetchWindow(objects, bytes));
  }

  /** Builds a value and puts its setting keys in front of the message if it is invalid. */
  private static <T> T named(String keys, Supplier<T> value) throws UserException {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new UserException(keys + ": " + e.getMessage(), e);
    }
  }
}
