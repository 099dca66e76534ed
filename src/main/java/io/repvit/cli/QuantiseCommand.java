package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.export.QuantiseResult;
import io.repvit.export.Quantiser;
import io.repvit.export.SampleImage;
import io.repvit.image.ImageLimits;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.onnx.WeightBits;
import io.repvit.predict.ModelLoader;
import io.repvit.run.ObjectSample;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Quantises a float32 model to int8. */
@Command(
    name = "quantise",
    aliases = "quantize",
    description =
        "Quantises an exported model to int8 with activation ranges from sample images, and"
            + " reports the loss of accuracy.",
    mixinStandardHelpOptions = true)
final class QuantiseCommand implements Callable<Integer> {
  private static final int TELL_EVERY = 256;

  private int imagesRead;

  @Spec CommandSpec command;

  @Option(
      names = "--model",
      paramLabel = "URI",
      required = true,
      description = "Fused float32 ONNX file with a card.")
  String model = "";

  @Option(
      names = "--images",
      paramLabel = "URI",
      arity = "1..*",
      required = true,
      description =
          "Sample images like those of later runs, but not those of an accuracy test: folders,"
              + " objects, globs.")
  List<String> images = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Maximum number of sample images, drawn at random: half for the ranges, half for the"
              + " comparison with float32 (default: ${DEFAULT-VALUE}).")
  int limit = 1024;

  @Option(
      names = "--weight-bits",
      paramLabel = "7|8",
      description =
          "Bits of the weights: 7 is correct on every processor, 8 only on processors with VNNI"
              + " (default: ${DEFAULT-VALUE}).")
  int weightBits = WeightBits.SEVEN.number();

  @Option(
      names = "--min-agreement",
      paramLabel = "SHARE",
      description =
          "Least share of compared images with the same label as in float32; below it, no file is"
              + " written (default: ${DEFAULT-VALUE}).")
  double minAgreement = Quantiser.DEFAULT_MIN_AGREEMENT;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "The ONNX file to write.")
  Path output = Path.of("");

  @Override
  public Integer call() throws UserException, IOException {
    if (limit < Quantiser.MIN_IMAGES) {
      throw new UserException(
          String.format(
              Locale.ROOT, "--limit is %d, expected at least %d", limit, Quantiser.MIN_IMAGES));
    }
    Configuration hadoop = Sparks.hadoop();
    QuantiseResult result;
    try {
      var quantiser = new Quantiser(WeightBits.of(weightBits), minAgreement);
      ModelFile file = ModelLoader.load(model, null, hadoop);
      List<SampleImage> sample =
          ObjectSample.of(images, limit, hadoop).stream()
              .<SampleImage>map(object -> new Stored(object.path(), hadoop))
              .toList();
      result = quantiser.quantise(file, sample, output);
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter out = command.commandLine().getOut();
    result
        .card()
        .toMetadata()
        .forEach(
            (key, value) -> out.printf(Locale.ROOT, "%-28s %s%n", key, CardText.oneLine(value)));
    out.printf(Locale.ROOT, "%-28s %d%n", "convolutions in int8", result.convolutions());
    out.printf(Locale.ROOT, "%-28s %s (%d bytes)%n", "file", result.file(), result.bytes());
    out.printf(Locale.ROOT, "%-28s %s%n", "file SHA-256", result.sha256());
    out.flush();
    return ExitCode.DONE;
  }

  /** An image in a store. Reading it prints progress after every {@link #TELL_EVERY} images. */
  private final class Stored implements SampleImage {
    private final String path;
    private final Configuration hadoop;

    Stored(String path, Configuration hadoop) {
      this.path = path;
      this.hadoop = hadoop;
    }

    @Override
    public String name() {
      return path;
    }

    @Override
    public byte[] read() throws IOException {
      try {
        long most = ImageLimits.DEFAULT.maxEncodedBytes();
        byte[] bytes = ModelLoader.read("image", path, most, hadoop).bytes();
        if (++imagesRead % TELL_EVERY == 0) {
          PrintWriter err = command.commandLine().getErr();
          err.printf(Locale.ROOT, "quantise: %d images%n", imagesRead);
          err.flush();
        }
        return bytes;
      } catch (ModelException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }
}
