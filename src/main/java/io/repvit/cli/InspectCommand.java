package io.repvit.cli;

import static java.util.stream.Collectors.joining;

import io.repvit.inference.InferredShapes;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.onnx.Branches;
import io.repvit.onnx.Macs;
import io.repvit.onnx.OnnxSummary;
import io.repvit.onnx.TensorType;
import io.repvit.predict.ModelLoader;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what an ONNX file contains. */
@Command(
    name = "inspect",
    description = "Prints the card, parameters and MACs of a model, and whether it is fused.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  /** Maximum number of names that are printed of each kind of unfused layer. */
  private static final int NAMES = 10;

  @Spec CommandSpec command;

  @Parameters(paramLabel = "URI", description = "ONNX file.")
  String uri = "";

  @Override
  public Integer call() throws ModelException {
    ModelFile file = ModelLoader.load(uri, null, Sparks.hadoop());
    OnnxSummary summary = ModelLoader.summary(file);
    if (!ModelCard.isIn(summary.metadata())) {
      print("card", "none; classify needs --card for this model, see docs/models.md");
    }
    summary.metadata().forEach((key, value) -> print(key, CardText.oneLine(value)));
    print("SHA-256", file.sha256());
    print("producer", summary.producer());
    print("opset", summary.opsets() + ", IR version " + summary.irVersion());
    print("inputs", types(summary.inputs()));
    print("outputs", types(summary.outputs()));
    print(
        "features",
        summary
            .features()
            .map(f -> String.format(Locale.ROOT, "%s, %d values", f.name(), f.width()))
            .orElse("none: the model does not end with a linear layer"));
    print("operators", summary.operators().toString());
    print("parameters", Long.toString(summary.parameters()));
    print("GMACs", gmacs(InferredShapes.macs(file)));
    print("fused", summary.fused() ? "yes" : "no: " + summary.unfused());
    list("BatchNormalization", summary.unfused().norms(), name -> name);
    list("parallel branches", summary.unfused().branches(), InspectCommand::text);
    list("training-only", summary.unfused().training(), name -> name);
    out().flush();
    return ExitCode.DONE;
  }

  private static String gmacs(Macs macs) {
    if (macs instanceof Macs.Unknown unknown) {
      return "unknown: " + unknown.why();
    }
    return String.format(Locale.ROOT, "%.3f", ((Macs.Known) macs).count() / 1e9);
  }

  private static String types(List<TensorType> tensors) {
    return tensors.stream().map(t -> t.name() + ": " + t.type()).collect(joining("; "));
  }

  private static String text(Branches branches) {
    return String.format(Locale.ROOT, "from '%s' to '%s'", branches.from(), branches.meet());
  }

  private <T> void list(String what, List<T> unfused, Function<T, String> name) {
    unfused.stream().limit(NAMES).map(name).forEach(n -> print("  " + what, n));
    if (unfused.size() > NAMES) {
      print("  " + what, "and " + (unfused.size() - NAMES) + " more");
    }
  }

  private void print(String key, String value) {
    out().printf(Locale.ROOT, "%-28s %s%n", CardText.shown(key), CardText.shown(value));
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }
}
