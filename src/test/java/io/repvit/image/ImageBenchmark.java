package io.repvit.image;

import com.sun.management.ThreadMXBean;
import io.repvit.image.Preprocessing.Interpolation;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * What decoding and resizing cost, in CPU time of one thread: best, median and 90th percentile; and
 * bytes of Java heap per run, which tell whether vectors became objects.
 *
 * <pre>
 * mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath.txt
 * java --add-modules jdk.incubator.vector -cp target/classes:target/test-classes:$(cat target/test-classpath.txt) \
 *     io.repvit.image.ImageBenchmark [plain]
 * </pre>
 *
 * A checksum of the pixels stands beside each timing; it must not change between implementations.
 */
final class ImageBenchmark {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Preprocessing PREPROCESSING =
      new Preprocessing(
          224,
          224,
          235,
          Interpolation.BICUBIC,
          new Rgb(0.485, 0.456, 0.406),
          new Rgb(0.229, 0.224, 0.225));

  private ImageBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    byte[] jpeg = Goldens.bytes("decode/baseline-420-500x375.jpg");
    try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      String sum = Goldens.sha256(Goldens.pixels(decoder.decode(jpeg, 0, jpeg.length)));
      report("decode 500x375 JPEG", sum, 500, () -> decoder.decode(jpeg, 0, jpeg.length));
      byte[] png = Goldens.bytes("decode/rgba.png");
      report("decode 41x33 RGBA PNG", "", 500, () -> decoder.decode(png, 0, png.length));
    }
    int[][] sizes = {{500, 375, 600}, {1600, 1200, 100}, {4000, 3000, 24}};
    for (Convolution convolution : convolutions(arguments)) {
      for (int[] size : sizes) {
        DecodedImage image =
            Goldens.decoded(size[0], size[1], PatternImage.rgb("rings", size[0], size[1]));
        Resampler resampler = new Resampler(PREPROCESSING, convolution);
        FloatBuffer slot =
            ByteBuffer.allocateDirect(4 * PREPROCESSING.values())
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        report(
            "resize %dx%d %s".formatted(size[0], size[1], convolution.getClass().getSimpleName()),
            Goldens.sha256(resampler.resizeToBytes(image)),
            size[2],
            () -> resampler.resize(image, slot.clear()));
      }
    }
  }

  /** One at a time, because HotSpot compiles a call for what it has seen there. */
  private static Convolution[] convolutions(String[] arguments) {
    boolean plain = arguments.length > 0 && arguments[0].equals("plain");
    return new Convolution[] {plain ? new PlainConvolution() : Convolution.best()};
  }

  private static void report(String name, String checksum, int runs, Action action)
      throws Exception {
    for (int i = 0; i < runs; i++) {
      action.run();
    }
    double[] ms = new double[runs];
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      long from = THREADS.getCurrentThreadCpuTime();
      action.run();
      ms[i] = (THREADS.getCurrentThreadCpuTime() - from) / 1e6;
    }
    allocated = (THREADS.getCurrentThreadAllocatedBytes() - allocated) / runs;
    Arrays.sort(ms);
    System.out.printf(
        Locale.ROOT,
        "%-40s best %7.3f  median %7.3f  p90 %7.3f ms  heap %9d B  %s%n",
        name,
        ms[0],
        ms[runs / 2],
        ms[runs * 9 / 10],
        allocated,
        checksum.substring(0, Math.min(12, checksum.length())));
  }

  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }
}
