package io.repvit.bench;

import io.repvit.bench.Runs.Spread;
import io.repvit.image.Animated;
import io.repvit.image.DecodeOptions;
import io.repvit.image.DecodedImage;
import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageException;
import io.repvit.image.ImageLimits;
import io.repvit.image.JpegScaling;
import io.repvit.image.Orientation;
import io.repvit.image.Preprocessing;
import io.repvit.image.Resampler;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/** Decodes and resizes a few JPEGs over and over, on the calling thread. */
final class DecodeBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final List<byte[]> jpegs;
  private final Preprocessing preprocessing;
  private final int rounds;

  /**
   * @param preprocessing with mean 0 and deviation 1, so that values are levels over 255
   * @param rounds as many go before, which do not count
   */
  DecodeBenchmark(List<byte[]> jpegs, Preprocessing preprocessing, int rounds) {
    this.jpegs = jpegs;
    this.preprocessing = preprocessing;
    this.rounds = rounds;
  }

  /**
   * What one way of decoding gave.
   *
   * @param columns of the last image, as it was decoded
   * @param rows of the last image, as it was decoded
   * @param checkMs processor time per image of what is read before any pixel; decoding has it too
   * @param decodeMs processor time per image
   * @param resizeMs processor time per image
   * @param pixels float32 {@code [images, 3, height, width]}, 0 to 1
   */
  record Result(
      int columns,
      int rows,
      Spread checkMs,
      Spread decodeMs,
      Spread resizeMs,
      FloatBuffer pixels) {}

  /**
   * How far two results are apart.
   *
   * @param mean over all pixels and channels, levels of 255
   * @param most levels of 255
   */
  record Difference(double mean, long most) {
    static Difference of(Result a, Result b) {
      double sum = 0;
      double most = 0;
      for (int i = 0; i < a.pixels().limit(); i++) {
        double apart = 255.0 * Math.abs(a.pixels().get(i) - b.pixels().get(i));
        sum += apart;
        most = Math.max(most, apart);
      }
      return new Difference(sum / a.pixels().limit(), Math.round(most));
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
        var resampler = new Resampler(preprocessing)) {
      for (int round = -rounds; round < rounds; round++) {
        long check = 0;
        long decode = 0;
        long resize = 0;
        pixels.clear();
        for (byte[] jpeg : jpegs) {
          long begin = THREADS.getCurrentThreadCpuTime();
          decoder.check(ByteBuffer.wrap(jpeg));
          long start = THREADS.getCurrentThreadCpuTime();
          DecodedImage image = decoder.decode(ByteBuffer.wrap(jpeg));
          long decoded = THREADS.getCurrentThreadCpuTime();
          resampler.resize(image, pixels);
          resize += THREADS.getCurrentThreadCpuTime() - decoded;
          decode += decoded - start;
          check += start - begin;
          columns = image.columns();
          rows = image.rows();
        }
        if (round >= 0) {
          runs.add("check", check / 1e6 / jpegs.size());
          runs.add("decode", decode / 1e6 / jpegs.size());
          runs.add("resize", resize / 1e6 / jpegs.size());
        }
      }
    }
    return new Result(
        columns,
        rows,
        runs.spread("check"),
        runs.spread("decode"),
        runs.spread("resize"),
        pixels.flip());
  }
}
