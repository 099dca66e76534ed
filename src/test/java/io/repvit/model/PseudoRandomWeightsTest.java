package io.repvit.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.checkpoint.Checkpoint;
import io.repvit.tensor.Tensor;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PseudoRandomWeightsTest {
  @Test
  void theValuesAreThoseThatNumpyComputes() throws IOException {
    Checkpoint numpy = Fixtures.read("pseudo_random");
    assertEquals(10, numpy.names().size());
    for (String name : numpy.names()) {
      Tensor expected = numpy.take(name, numpy.shape(name));
      Tensor actual = PseudoRandomWeights.of(RepVitVariant.M0_9).take(name, expected.shape());
      assertArrayEquals(expected.values(), actual.values(), name);
    }
  }
}
