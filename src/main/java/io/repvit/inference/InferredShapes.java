package io.repvit.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import io.repvit.onnx.MacCount;
import io.repvit.onnx.Macs;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the cost of a model from the shapes that ONNX Runtime infers when it loads the model. The
 * model is not run.
 */
public final class InferredShapes {
  private InferredShapes() {}

  /**
   * Returns the multiply-accumulates (MACs) per image.
   *
   * @throws IllegalArgumentException if the file is not an ONNX model
   */
  public static Macs macs(ModelFile file) {
    var count = new MacCount(file.name(), file.bytes());
    try (OrtSession session = Sessions.open(count.model(), 1, OptLevel.NO_OPT)) {
      List<Long> input =
          session.getInputInfo().values().stream().findFirst().map(v -> dims(v)).orElse(List.of());
      var outputs = new HashMap<String, List<Long>>();
      for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
        outputs.put(output.getKey(), dims(output.getValue()));
      }
      return count.of(input.isEmpty() ? 1 : Math.max(1, input.get(0)), outputs);
    } catch (OrtException e) {
      return new Macs.Unknown("ONNX Runtime cannot load the model: " + e.getMessage());
    }
  }

  private static List<Long> dims(NodeInfo value) {
    return value.getInfo() instanceof TensorInfo tensor
        ? Arrays.stream(tensor.getShape()).boxed().toList()
        : List.of();
  }
}
