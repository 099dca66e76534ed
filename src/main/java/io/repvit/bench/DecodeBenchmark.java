package io.repvit.bench;

import io.repvit.bench.Runs.Spread;
import io.repvit.image.Animated;
import io.repvit.image.DecodeOptions;
import io.repvit.image.DecodedImage;
import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageException;
import io.repvit.image.ImageLimits;
import io.repvit.image.ImageMeter;
import io.repvit.image.JpegScaling;
import io.repvit.image.MeasureOptions;
import io.repvit.image.Orientation;
import io.repvit.image.Preprocessing;
import io.repvit.image.Resampler;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measures decoding, resizing and measures of some JPEGs on the calling thread. */
final class DecodeBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final List<byte[]> jpegs;
  private final Preprocessing preprocessing;
  private final int rounds;

  /**
   * @param preprocessing with mean 0 and deviation 1, so that values are levels divided by 255
   * @param rounds number of measured rounds, and of warm-up rounds before them
   */
  DecodeBenchmark(List<byte[]> jpegs, Preprocessing preprocessing, int rounds) {
    this.jpegs = jpegs;
    this.preprocessing = preprocessing;
    this.rounds = rounds;
  }

  /**
   * The result of one way of decoding.
   *
   * @param columns width of the last image as decoded, pixels
   * @param rows height of the last image as decoded, pixels
   * @param checkMs processor time per image of the checks before decoding; decodeMs includes it
   * @param decodeMs processor time per image
   * @param resizeMs processor time per image
   * @param qualityMs processor time per image of the quality measures; null if scaled
   * @param hashMs processor time per image of both hashes; null if scaled
   * @param pixels float32 {@code [images, 3, height, width]}, 0 to 1
   */
  record Result(
      int columns,
      int rows,
      Spread checkMs,
      Spread decodeMs,
      Spread resizeMs,
      @Nullable Spread qualityMs,
      @Nullable Spread hashMs,
      FloatBuffer pixels) {}

  /**
   * The difference of the pixels of two results, in levels of 0 to 255.
   *
   * @param mean mean over all pixels and channels
   * @param max maximum
   */
  record Difference(double mean, long max) {
    static Difference of(Result a, Result b) {
      double sum = 0;
      double max = 0;
      for (int i = 0; i < a.pixels().limit(); i++) {
        double difference = 255.0 * Math.abs(a.pixels().get(i) - b.pixels().get(i));
        sum += difference;
        max = Math.max(max, difference);
      }
      return new Difference(sum / a.pixels().limit(), Math.round(max));
    }
  }

  Result run(JpegScaling scaling) throws ImageException {
    FloatBuffer pixels =
        ByteBuffer.allocateDirect(4 * preprocessing.values() * jpegs.size())
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    var runs = new Runs();
    int columns = 0;
    int rows = 0;
    var options = new DecodeOptions(Orientation.EXIF, scaling, Animated.REFUSE);
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, options, preprocessing.resizeShort());
        var resampler = new Resampler(preprocessing);
        var quality = new ImageMeter(new MeasureOptions(true, false));
        var hashes = new ImageMeter(new MeasureOptions(false, true))) {
      for (int round = -rounds; round < rounds; round++) {
        long check = 0;
        long decode = 0;
        long resize = 0;
        long measure = 0;
        long hash = 0;
        pixels.clear();
        for (byte[] jpeg : jpegs) {
          long begin = THREADS.getCurrentThreadCpuTime();
          decoder.check(ByteBuffer.wrap(jpeg));
          long start = THREADS.getCurrentThreadCpuTime();
          DecodedImage image = decoder.decode(ByteBuffer.wrap(jpeg));
          long decoded = THREADS.getCurrentThreadCpuTime();
          resampler.resize(image, pixels);
          long resized = THREADS.getCurrentThreadCpuTime();
          if (scaling == JpegScaling.FULL) {
            quality.measure(image);
            long measured = THREADS.getCurrentThreadCpuTime();
            hashes.measure(image);
            hash += THREADS.getCurrentThreadCpuTime() - measured;
            measure += measured - resized;
          }
          resize += resized - decoded;
          decode += decoded - start;
          check += start - begin;
          columns = image.columns();
          rows = image.rows();
        }
        if (round >= 0) {
          runs.add("check", check / 1e6 / jpegs.size());
          runs.add("decode", decode / 1e6 / jpegs.size());
          runs.add("resize", resize / 1e6 / jpegs.size());
          runs.add("quality", measure / 1e6 / jpegs.size());
          runs.add("hash", hash / 1e6 / jpegs.size());
        }
      }
    }
    return new Result(
        columns,
        rows,
        runs.spread("check"),
        runs.spread("decode"),
        runs.spread("resize"),
        scaling == JpegScaling.FULL ? runs.spread("quality") : null,
        scaling == JpegScaling.FULL ? runs.spread("hash") : null,
        pixels.flip());
  }
}
