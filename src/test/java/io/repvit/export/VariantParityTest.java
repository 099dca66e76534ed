package io.repvit.export;

import static io.repvit.testing.Closeness.TOLERANCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.export.VariantParity.Case;
import io.repvit.export.VariantParity.Differences;
import io.repvit.image.ImageException;
import io.repvit.inference.ModelException;
import io.repvit.model.RepVitVariant;
import io.repvit.model.TimmKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every variant at full size, in both layouts; the exporter proves each fold on the way. */
@Tag("slow")
class VariantParityTest {
  /** Of float32 sums, relative to the largest value; either graph may be off by so much. */
  private static final double ROUNDING = 1e-6;

  @TempDir private Path folder;

  static Collection<Case> cases() throws IOException {
    return VariantParity.cases();
  }

  @Test
  void everyVariantIsThereInBothLayouts() throws IOException {
    for (boolean timm : List.of(true, false)) {
      Set<RepVitVariant> there =
          cases().stream()
              .filter(c -> c.keys() instanceof TimmKeys == timm)
              .filter(c -> c.weights().form() == c.variant().form())
              .map(Case::variant)
              .collect(Collectors.toSet());
      assertEquals(Set.copyOf(RepVitVariant.all()), there);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theExportedFileHasPyTorchsOutputs(Case c)
      throws IOException, ImageException, ModelException {
    Differences d = VariantParity.measure(c, folder);
    assertTrue(d.fold() > 0 && d.fold() < TOLERANCE, d.toString());
    assertEquals(0, d.together().logits(), TOLERANCE, d.toString());
    assertEquals(0, d.together().embedding(), TOLERANCE, d.toString());
    assertEquals(0, d.alone().logits(), TOLERANCE, d.toString());
    assertEquals(0, d.alone().embedding(), TOLERANCE, d.toString());
    assertAsNear(d.together().logits(), d.rewritten().logits(), d);
    assertAsNear(d.together().embedding(), d.rewritten().embedding(), d);
  }

  /** The squeeze-excite rewrite is no further from float64 than ONNX Runtime's own graph is. */
  private static void assertAsNear(double plain, double rewritten, Differences d) {
    assertTrue(rewritten <= Math.max(ROUNDING, 2 * plain), d.toString());
  }
}
