package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.checkpoint.Checkpoint;
import io.repvit.export.AtomicFile;
import io.repvit.export.ExportResult;
import io.repvit.export.Exporter;
import io.repvit.export.TimmPreprocessing;
import io.repvit.image.Preprocessing;
import io.repvit.inference.Gelu;
import io.repvit.inference.Labels;
import io.repvit.model.Recognition;
import io.repvit.model.RepVit;
import io.repvit.model.RepVitVariant;
import io.repvit.model.Wrappers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Converts a checkpoint to a fused and verified ONNX file. */
@Command(
    name = "export",
    description = "Converts a checkpoint to a fused and verified ONNX file with a model card.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Mixin CheckpointOptions checkpoint = new CheckpointOptions();

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "Variant, for example repvit_m0_9 (default: recognised by the shapes and token mixers of"
              + " the checkpoint).")
  @Nullable String variant;

  @Option(
      names = "--labels",
      paramLabel = "NAMES",
      description =
          "Class names by logit index: a text file with one name per line, a JSON array, a JSON"
              + " object from index to name, or the built-in imagenet-1k or imagenet-1k-synsets"
              + " (default: imagenet-1k for 1000 classes, otherwise the class indexes).")
  @Nullable String labels;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      required = true,
      description = "The ONNX file to write.")
  Path output = Path.of("");

  @Option(
      names = "--input-size",
      paramLabel = "PIXELS",
      description = "Width and height of the input, a multiple of 32 (default: ${DEFAULT-VALUE}).")
  int inputSize = TimmPreprocessing.DEFAULT_SIDE;

  @Option(
      names = "--resize-short",
      paramLabel = "PIXELS",
      description =
          "Length of the short side after resizing, before the crop (default: input size / 0.95, as"
              + " in timm).")
  @Nullable Integer resizeShort;

  @Option(
      names = "--gelu",
      paramLabel = "FORM",
      description =
          "Form of the GELU: erf, as in training, or tanh, a faster approximation"
              + " (default: ${DEFAULT-VALUE}).")
  Gelu gelu = Gelu.ERF;

  @Override
  public Integer call() throws UserException, IOException {
    // This is checked first, because fetching the checkpoint may take long.
    AtomicFile.requireFolderOf(output);
    Checkpoint tensors;
    ExportResult result;
    try {
      Preprocessing preprocessing =
          resizeShort == null
              ? TimmPreprocessing.square(inputSize)
              : TimmPreprocessing.square(inputSize, resizeShort);
      List<String> names = labels == null ? null : names(labels);
      tensors = Wrappers.strip(checkpoint.read(command.commandLine().getErr()));
      RepVitVariant member =
          variant == null ? Recognition.of(tensors).variant() : RepVitVariant.byId(variant);
      result =
          new Exporter(gelu)
              .export(
                  tensors,
                  member,
                  names == null ? unnamed(RepVit.classes(tensors)) : names,
                  preprocessing,
                  output);
    } catch (NoSuchFileException e) {
      throw new UserException("file " + e.getFile() + " does not exist", e);
    } catch (FileSystemException e) {
      throw new UserException(
          "file " + e.getFile() + " cannot be used: " + UserException.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter out = command.commandLine().getOut();
    out.printf(Locale.ROOT, "%-28s %s%n", "checkpoint", tensors.name());
    result
        .card()
        .toMetadata()
        .forEach(
            (key, value) -> out.printf(Locale.ROOT, "%-28s %s%n", key, CardText.oneLine(value)));
    if (gelu != Gelu.ERF) {
      out.printf(
          Locale.ROOT,
          "%-28s logits change by at most %.2e of the largest%n",
          "effect of this GELU",
          result.geluEffect());
    }
    out.printf(Locale.ROOT, "%-28s %d%n", "parameters", result.cost().parameters());
    out.printf(Locale.ROOT, "%-28s %.3f%n", "GMACs", result.cost().macs() / 1e9);
    out.printf(Locale.ROOT, "%-28s %s (%d bytes)%n", "file", result.file(), result.bytes());
    out.printf(Locale.ROOT, "%-28s %s%n", "file SHA-256", result.sha256());
    out.flush();
    return ExitCode.DONE;
  }

  /** Default class names. Published checkpoints have the 1,000 classes of ImageNet-1k. */
  private List<String> unnamed(int classes) {
    List<String> imagenet = Labels.shipped(Labels.IMAGENET_1K).orElseThrow();
    boolean published = classes == imagenet.size();
    command
        .commandLine()
        .getErr()
        .printf(
            Locale.ROOT,
            "repvit export: --labels is not given; the %d classes are named by %s%n",
            classes,
            published ? Labels.IMAGENET_1K : "their index");
    return published ? imagenet : IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  private static List<String> names(String labels) throws UserException, IOException {
    Optional<List<String>> shipped = Labels.shipped(labels);
    if (shipped.isPresent()) {
      return shipped.get();
    }
    try {
      return Labels.read(Path.of(labels));
    } catch (NoSuchFileException e) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "labels is '%s', expected an existing file, %s or %s",
              labels,
              Labels.IMAGENET_1K,
              Labels.IMAGENET_1K_SYNSETS),
          e);
    } catch (IOException e) {
      throw new UserException(
          "labels '" + labels + "' cannot be read: " + UserException.reason(e), e);
    }
  }
}
