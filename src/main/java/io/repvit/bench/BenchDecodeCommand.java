package io.repvit.bench;

import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.image.ImageException;
import io.repvit.image.JpegScaling;
import io.repvit.image.Preprocessing;
import io.repvit.image.Preprocessing.Interpolation;
import io.repvit.image.Rgb;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures decoding and resizing of JPEGs of several sizes, decoded in full and scaled, the
 * difference of the resulting pixels, and the measures of --quality and --phash.
 */
@Command(
    name = "decode",
    description =
        "Measures decoding and resizing of JPEGs, in full and scaled (see jpeg-scaling), and the"
            + " measures of quality and phash, after the same number of warm-up rounds.",
    mixinStandardHelpOptions = true)
final class BenchDecodeCommand implements Callable<Integer> {
  private static final int[][] SIZES = {{500, 375}, {1600, 1200}, {4000, 3000}};

  @Spec CommandSpec command;

  @Option(
      names = "--photograph",
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "JPEGs to measure instead of generated ones of 500x375, 1600x1200 and 4000x3000.")
  List<Path> photographs = new ArrayList<>();

  @Option(
      names = "--images",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Generated images of each size (default: ${DEFAULT-VALUE}).")
  int images = 4;

  @Mixin final BenchRounds rounds = new BenchRounds(9);

  @Option(
      names = "--side",
      paramLabel = "N",
      description = "Width and height of the model's input, pixels (default: ${DEFAULT-VALUE}).")
  int side = 224;

  @Option(
      names = "--resize-short",
      paramLabel = "N",
      description = "Length of the short side after resizing, pixels (default: ${DEFAULT-VALUE}).")
  int resizeShort = 235;

  @Override
  public Integer call() throws IOException, ImageException {
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "JVM %s, %s; processor time of one thread, ms per image: median (least to greatest of %d"
            + " rounds)%n",
        System.getProperty("java.version"),
        Machine.processor(),
        rounds.number);
    if (photographs.isEmpty()) {
      for (int[] size : SIZES) {
        List<byte[]> jpegs = new ArrayList<>();
        for (int i = 0; i < images; i++) {
          jpegs.add(BenchImages.jpeg(i, size[0], size[1]));
        }
        measure(out, size[0] + "x" + size[1], jpegs);
      }
    }
    for (Path photograph : photographs) {
      measure(
          out, String.valueOf(photograph.getFileName()), List.of(Files.readAllBytes(photograph)));
    }
    return ExitCode.DONE;
  }

  private void measure(PrintWriter out, String name, List<byte[]> jpegs) throws ImageException {
    var plain = new Rgb(0, 0, 0);
    var scale = new Rgb(1, 1, 1);
    var preprocessing =
        new Preprocessing(side, side, resizeShort, Interpolation.BICUBIC, plain, scale);
    var benchmark = new DecodeBenchmark(jpegs, preprocessing, rounds.number);
    DecodeBenchmark.Result full = benchmark.run(JpegScaling.FULL);
    DecodeBenchmark.Result dct = benchmark.run(JpegScaling.DCT);
    long bytes = jpegs.stream().mapToLong(jpeg -> jpeg.length).sum() / jpegs.size();
    out.printf(Locale.ROOT, "%n%s, %d bytes on average%n", name, bytes);
    print(out, "full", full);
    print(out, "dct", dct);
    var difference = DecodeBenchmark.Difference.of(full, dct);
    out.printf(
        Locale.ROOT,
        "  difference after resizing, in levels of 0 to 255: mean %.3f, maximum %d%n",
        difference.mean(),
        difference.max());
    out.flush();
  }

  private static void print(PrintWriter out, String scaling, DecodeBenchmark.Result r) {
    out.printf(
        Locale.ROOT,
        "  %-5s %dx%d decoded  check %s  decode %s  resize %s%n",
        scaling,
        r.columns(),
        r.rows(),
        text(r.checkMs()),
        text(r.decodeMs()),
        text(r.resizeMs()));
    if (r.qualityMs() != null && r.hashMs() != null) {
      out.printf(
          Locale.ROOT,
          "        quality measures %s  hashes %s%n",
          text(r.qualityMs()),
          text(r.hashMs()));
    }
  }

  private static String text(Runs.Spread ms) {
    return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", ms.median(), ms.min(), ms.max());
  }
}
