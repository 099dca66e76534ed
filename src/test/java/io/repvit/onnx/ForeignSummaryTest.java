package io.repvit.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.InferredShapes;
import io.repvit.inference.ModelFile;
import io.repvit.testing.ForeignModels;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of torch.onnx and of ONNX Runtime's quantisation, counted by torch. */
class ForeignSummaryTest {
  static List<String[]> rows() throws IOException {
    List<String[]> rows =
        Files.readAllLines(ForeignModels.FOLDER.resolve("inspect.tsv")).stream()
            .map(line -> line.split("\t", -1))
            .toList();
    assertTrue(rows.size() > 10);
    return rows;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatIsLeftAndWhatItCostsIsWhatTorchCounts(
      String file, long parameters, long macs, int norms, int branches, int training) {
    OnnxSummary summary = summary(file);
    assertEquals(norms, summary.unfused().norms().size(), summary.unfused()::toString);
    assertEquals(branches, summary.unfused().branches().size(), summary.unfused()::toString);
    assertEquals(training, summary.unfused().training().size(), summary.unfused()::toString);
    assertEquals(norms + branches + training == 0, summary.fused());
    assertEquals(parameters, summary.parameters());
    if (macs >= 0) {
      assertEquals(new Macs.Known(macs), macs(file));
    }
  }

  @Test
  void branchesAreToldByWhereTheyBeginAndMeet() {
    List<Branches> branches = summary("repvit_torchscript.onnx").unfused().branches();
    assertEquals(
        new Branches(
            "/stem/conv2/c/Conv_output_0", "/stages/stages.0/blocks/blocks.0/token_mixer/Add_1"),
        branches.get(0));
    assertEquals(new Branches("/ReduceMean_output_0", "/head/Add"), branches.get(4));
  }

  @Test
  void nodesThatHaveAPurposeInTrainingOnlyAreNamed() {
    assertEquals(
        List.of("/norm/BatchNormalization", "/drop/Dropout"),
        summary("left_over.onnx").unfused().training());
  }

  @ParameterizedTest
  @CsvSource({
    "repvit_torchscript.onnx, /ReduceMean_output_0, 16",
    "repvit_dynamo.onnx, mean_2, 16",
    "mobilenetv3.onnx, view_1, 48",
    "resnet.onnx, /global_pool/flatten/Flatten_output_0, 16",
    "vit.onnx, /Gather_1_output_0, 16",
  })
  void featuresAreWhatTheLastLinearMapReadsBeforeItsNorm(String file, String name, int width) {
    assertEquals(new Features(name, width), summary(file).features().orElseThrow());
  }

  @Test
  void inputsAndOutputsAreToldAsDeclared() {
    OnnxSummary fp16 = summary("resnet_fp16.onnx");
    assertEquals(List.of(new TensorType("input", "float16 [batch,3,64,64]")), fp16.inputs());
    assertEquals(List.of(new TensorType("output", "float16 [batch,5]")), fp16.outputs());
    OnnxSummary fixed = summary("resnet_batch_2.onnx");
    assertEquals(List.of(new TensorType("input", "float32 [2,3,64,64]")), fixed.inputs());
    assertEquals(Map.of("ai.onnx", 13L), summary("resnet_softmax.onnx").opsets());
  }

  /** Attention's windows do not tell how often their matrices are used. */
  @Test
  void workThatCannotBeToldIsNotGuessed() {
    Macs.Unknown unknown = assertInstanceOf(Macs.Unknown.class, macs("vit.onnx"));
    assertTrue(unknown.why().contains("MatMul"), unknown.why());
  }

  @Test
  void weightsInAnotherFileAreRefusedByName() {
    var e = assertThrows(IllegalArgumentException.class, () -> summary("resnet_external.onnx"));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("tensor 'conv1.weight' is stored in another file"), message);
    assertTrue(message.contains("external_data=False"), message);
  }

  private static OnnxSummary summary(String file) {
    return OnnxSummary.of(file, model(file).bytes());
  }

  private static Macs macs(String file) {
    return InferredShapes.macs(model(file));
  }

  private static ModelFile model(String file) {
    return ForeignModels.model(file.substring(0, file.length() - ".onnx".length()));
  }
}
