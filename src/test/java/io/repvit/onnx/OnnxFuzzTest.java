package io.repvit.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.ForeignModels;
import io.repvit.testing.Mutations;
import io.repvit.testing.TinyModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged models are summarised or refused; a failure names its seed. */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OnnxFuzzTest {

  @Test
  void damagedModelsAreReadOrRefused() {
    byte[] model = TinyModels.colours(1, Map.of("name", "value"));
    int refused =
        Mutations.survive(
            List.of(model, ForeignModels.model("left_over").bytes()),
            4_000_000,
            20_000,
            IllegalArgumentException.class,
            file -> OnnxSummary.of("m.onnx", file));
    assertTrue(refused > 5_000 && refused < 20_000, refused + " of 20000 are refused");
  }
}
