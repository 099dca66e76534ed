package io.repvit.analytics;

import io.repvit.UncheckedUserException;
import io.repvit.image.Animated;
import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageException;
import io.repvit.image.ImageLimits;
import io.repvit.image.JpegScaling;
import io.repvit.image.Orientation;
import io.repvit.image.Preprocessing;
import io.repvit.image.Thumbnail;
import io.repvit.image.Thumbnailer;
import io.repvit.image.TimedDecoder;
import io.repvit.report.Section;
import io.repvit.source.FetchConnections;
import io.repvit.source.FetchWindow;
import io.repvit.source.Fetched;
import io.repvit.source.ImagesByPath;
import io.repvit.spark4.SparkSql;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Thumbnails of images that rows of predictions name in their column {@code path}, for pages.
 *
 * <pre>{@code
 * Map<String, Thumbnails.Picture> pictures =
 *     Thumbnails.read(spark, paths, Thumbnails.Options.DEFAULT);
 * section.pictures(List.of(pictures.get(path).captioned("Bag", "score 0.98")));
 * }</pre>
 *
 * <p>The images are read and decoded in one Spark job: as in a run, the driver decodes nothing and
 * holds only the thumbnails, and shards are read in parallel. An image is shown as it is in storage
 * now, which may be another one than the run classified.
 */
public final class Thumbnails {
  /** Largest number of thumbnails of a call: 1,000. */
  public static final int MAX_PICTURES = 1_000;

  /** Shown in place of an image that cannot be read: a grey square with a cross. */
  private static final String PLACEHOLDER =
      uri(
          "image/svg+xml",
          ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"96\" height=\"96\" viewBox=\"0 0 96 96\">"
                  + "<rect width=\"96\" height=\"96\" fill=\"#ddd\"/>"
                  + "<path d=\"M30 30L66 66M66 30L30 66\" stroke=\"#888\" stroke-width=\"6\"/></svg>")
              .getBytes(StandardCharsets.UTF_8));

  private Thumbnails() {}

  /**
   * A thumbnail, or what is shown in its place.
   *
   * @param uri data URI for the attribute {@code src}: a JPEG, or a placeholder as SVG
   * @param problem why there is no thumbnail; null if there is one
   */
  public record Picture(String path, String uri, @Nullable String problem) {
    /**
     * The picture with its caption on a page. A problem follows the detail.
     *
     * @param label first line of the caption
     * @param detail second line; may be empty
     */
    public Section.Picture captioned(String label, String detail) {
      String reason = problem == null ? "" : "no picture: " + problem;
      String separator = detail.isEmpty() || reason.isEmpty() ? "" : "; ";
      return new Section.Picture(uri, label, detail + separator + reason, path);
    }
  }

  /**
   * Options of thumbnails.
   *
   * @param side largest length of a side, pixels
   * @param quality of the JPEG, 0 to 1
   * @param maxBytes largest total size of the JPEGs; the pictures after that are placeholders
   * @param limitSeconds time after which a task reads no other image
   * @param orientation whether the EXIF orientation is applied; as in the run
   * @param limits limits on the memory and time that one image may take
   * @param imageColumn name of the image column of tables; null takes the column {@code image}, or
   *     else the only binary column
   * @param keyColumn key column of tables, as in the run; null for the numbers of rows
   */
  public record Options(
      int side,
      float quality,
      long maxBytes,
      int limitSeconds,
      Orientation orientation,
      ImageLimits limits,
      @Nullable String imageColumn,
      @Nullable String keyColumn)
      implements Serializable {
    /** 128 pixels, about 4 KB each, at most 8 MiB; 120 s; the defaults of a run. */
    public static final Options DEFAULT =
        new Options(
            Thumbnail.MAX_SIDE,
            Thumbnail.QUALITY,
            8 << 20,
            120,
            Orientation.EXIF,
            ImageLimits.DEFAULT,
            null,
            null);

    public Options {
      if (side < 1 || side > Preprocessing.MAX_SIDE) {
        throw new IllegalArgumentException(
            "side is " + side + ", expected 1 to " + Preprocessing.MAX_SIDE);
      }
      if (!(quality >= 0 && quality <= 1)) {
        throw new IllegalArgumentException("quality is " + quality + ", expected 0 to 1");
      }
      if (limitSeconds < 1) {
        throw new IllegalArgumentException(
            "limitSeconds is " + limitSeconds + ", expected at least 1");
      }
    }

    /** These options for tables with images. */
    public Options withColumns(@Nullable String image, @Nullable String key) {
      return new Options(side, quality, maxBytes, limitSeconds, orientation, limits, image, key);
    }
  }

  /** A thumbnail as a task makes it: either a JPEG or a problem. */
  private record Made(String path, byte @Nullable [] jpeg, @Nullable String problem)
      implements Serializable {}

  /**
   * Makes thumbnails.
   *
   * @param paths paths as in the column {@code path}, also of members of shards and rows of tables;
   *     at most {@link #MAX_PICTURES} distinct ones
   * @return a picture for each distinct path, in the order of {@code paths}
   */
  public static Map<String, Picture> read(
      SparkSession spark, Collection<String> paths, Options options) {
    var distinct = new LinkedHashSet<>(paths);
    if (distinct.size() > MAX_PICTURES) {
      throw new UncheckedUserException(
          String.format(
              Locale.ROOT,
              "%d thumbnails are asked for, expected at most %d; ask for fewer",
              distinct.size(),
              MAX_PICTURES));
    }
    var made = new HashMap<String, Made>();
    if (!distinct.isEmpty()) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      List<List<String>> shares = shares(distinct, context.defaultParallelism());
      Broadcast<SerializableConfiguration> hadoop =
          context.broadcast(new SerializableConfiguration(SparkSql.hadoop(spark)));
      var reading =
          new ImagesByPath.Options(
              options.limits().maxEncodedBytes(),
              FetchConnections.fitting(spark, new FetchWindow(8, 64 << 20)),
              options.limitSeconds(),
              options.imageColumn(),
              options.keyColumn());
      context
          .parallelize(shares, shares.size())
          .mapPartitions(share -> make(share, hadoop.value().value(), reading, options))
          .collect()
          .forEach(m -> made.put(m.path(), m));
      hadoop.destroy();
    }
    return pictures(distinct, made, options);
  }

  /** Divides the paths among tasks: the images of a shard or table go to the same one. */
  private static List<List<String>> shares(Collection<String> paths, int tasks) {
    var containers = new TreeMap<String, List<String>>();
    for (String path : paths) {
      containers.computeIfAbsent(ImagesByPath.container(path), c -> new ArrayList<>()).add(path);
    }
    var shares = new ArrayList<List<String>>();
    int next = 0;
    for (List<String> together : containers.values()) {
      if (next == shares.size()) {
        shares.add(new ArrayList<>());
      }
      shares.get(next).addAll(together);
      next = (next + 1) % tasks;
    }
    return shares;
  }

  private static Iterator<Made> make(
      Iterator<List<String>> shares,
      Configuration hadoop,
      ImagesByPath.Options reading,
      Options options)
      throws IOException {
    var paths = new ArrayList<String>();
    shares.forEachRemaining(paths::addAll);
    var made = new ArrayList<Made>();
    // JPEGs are decoded at a reduced size; images that a run has classified are shown in any case.
    var decoding = new DecodeOptions(options.orientation(), JpegScaling.DCT, Animated.FIRST);
    try (var decoder = new TimedDecoder(options.limits(), decoding, options.side());
        var thumbnailer = new Thumbnailer(options.side())) {
      ImagesByPath.read(
          paths,
          hadoop,
          reading,
          (path, image) -> made.add(made(path, image, decoder, thumbnailer, options.quality())));
    }
    return made.iterator();
  }

  private static Made made(
      String path, Fetched image, TimedDecoder decoder, Thumbnailer thumbnailer, float quality) {
    if (image instanceof Fetched.Failed failed) {
      return new Made(path, null, failed.row().reason() + ": " + failed.row().message());
    }
    try {
      byte[] bytes = ((Fetched.Bytes) image).bytes();
      return new Made(
          path, thumbnailer.of(decoder.decode(ByteBuffer.wrap(bytes))).jpeg(quality), null);
    } catch (ImageException e) {
      return new Made(path, null, "decode/" + e.code() + ": " + e.getMessage());
    }
  }

  private static Map<String, Picture> pictures(
      Collection<String> paths, Map<String, Made> made, Options options) {
    var pictures = new LinkedHashMap<String, Picture>();
    long bytes = 0;
    for (String path : paths) {
      Made m = made.get(path);
      String problem = m == null ? "no task has read it" : m.problem();
      byte[] jpeg = m == null ? null : m.jpeg();
      if (jpeg != null && bytes + jpeg.length > options.maxBytes()) {
        problem =
            String.format(
                Locale.ROOT,
                "left out, because the thumbnails of a page have at most %d bytes",
                options.maxBytes());
      }
      if (jpeg == null || problem != null) {
        pictures.put(path, new Picture(path, PLACEHOLDER, problem));
      } else {
        bytes += jpeg.length;
        pictures.put(path, new Picture(path, uri("image/jpeg", jpeg), null));
      }
    }
    return pictures;
  }

  private static String uri(String type, byte[] content) {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(content);
  }
}
