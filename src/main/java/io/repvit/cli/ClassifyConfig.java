package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.image.Animated;
import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.image.JpegScaling;
import io.repvit.image.Orientation;
import io.repvit.predict.ClassifyOptions;
import io.repvit.run.Adoption;
import io.repvit.run.DriftLimits;
import io.repvit.run.RunPolicy;
import io.repvit.run.Unfinished;
import io.repvit.source.FetchWindow;
import io.repvit.source.Input;
import io.repvit.table.Destination;
import io.repvit.table.IcebergNamespace;
import io.repvit.table.RunKey;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code classify} was asked to do.
 *
 * @param model path or URI of the ONNX file
 * @param modelSha256 hash that the file must have, or null
 * @param card path or URI of the model's card, or null if it has one inside
 * @param input the data set
 * @param key place and name of the run
 * @param adoption which unfinished run may be gone on with instead
 * @param destination where tables are published
 * @param rescore whether what was scored before is scored again
 * @param nothingNewCode exit code of a run that finds nothing to do: 3, or 0
 * @param options how images are treated
 * @param policy how the run is divided, guarded and published
 * @param drift how far the run may be from the last one
 */
record ClassifyConfig(
    String model,
    @Nullable String modelSha256,
    @Nullable String card,
    Input input,
    RunKey key,
    Adoption adoption,
    Destination destination,
    boolean rescore,
    int nothingNewCode,
    ClassifyOptions options,
    RunPolicy policy,
    DriftLimits drift) {

  private static final String AUTO = "auto";
  private static final DateTimeFormatter RUN_ID =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT);
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

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

  /** Reads the settings; "auto" values come from {@code clock}. */
  static ClassifyConfig of(Settings s, Clock clock) throws UserException {
    ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC);
    String date = s.text("date");
    String id = s.text("run-id");
    try {
      return new ClassifyConfig(
          s.text("model"),
          sha256(s),
          s.optionalText("card"),
          InputSettings.of(s),
          new RunKey(
              s.text("output"),
              date.equals(AUTO) ? now.toLocalDate() : LocalDate.parse(date),
              id.equals(AUTO) ? RUN_ID.format(now) : id),
          adoption(id, date),
          destination(s),
          s.flag("rescore"),
          s.integer("nothing-new-code"),
          new ClassifyOptions(
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
              s.integer("report-thumbnails")),
          new RunPolicy(
              s.integer64("wave-images"),
              s.bytes("target-file-size"),
              s.duration("lease-timeout"),
              s.choice("unfinished", Unfinished.class)),
          new DriftLimits(
              s.optionalNumber("gate-label-drift"),
              s.optionalNumber("gate-score-drift"),
              s.optionalNumber("gate-embedding-drift"),
              s.integer64("gate-min-images")));
    } catch (DateTimeParseException e) {
      throw new UserException("date is '" + date + "', expected auto or 2026-11-23", e);
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Roots of what is read and written. */
  List<String> places() {
    var places = new ArrayList<>(input.uris());
    places.add(key.output());
    return places;
  }

  private static Adoption adoption(String id, String date) {
    if (!id.equals(AUTO)) {
      return Adoption.NONE;
    }
    return date.equals(AUTO) ? Adoption.ANY_DATE : Adoption.SAME_DATE;
  }

  /** The same for another run. */
  ClassifyConfig named(RunKey other) {
    return new ClassifyConfig(
        model,
        modelSha256,
        card,
        input,
        other,
        adoption,
        destination,
        rescore,
        nothingNewCode,
        options,
        policy,
        drift);
  }

  private static @Nullable String sha256(Settings s) throws UserException {
    String hash = s.optionalText("model-sha256");
    if (hash != null && !SHA256.matcher(hash).matches()) {
      throw new UserException("model-sha256 is '" + hash + "', expected 64 lower-case hex digits");
    }
    return hash;
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

  /** For values whose own messages do not know the keys they came from. */
  private static <T> T named(String keys, Supplier<T> value) throws UserException {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new UserException(keys + ": " + e.getMessage(), e);
    }
  }
}
