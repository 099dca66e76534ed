package io.repvit.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the sorted list of all values. */
class DurationsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 10_000})
  void quantilesAreWithinOneInSixtyFourOfTheSortedValues(int count) {
    var random = new Random(count);
    long[] values = new long[count];
    var recorder = new Durations.Recorder();
    for (int i = 0; i < count; i++) {
      // From nanoseconds to days, evenly over the orders of magnitude.
      values[i] = (long) Math.exp(random.nextDouble() * 33);
      recorder.record(values[i]);
    }
    Durations durations = recorder.total();
    Arrays.sort(values);
    assertEquals(count, durations.count());
    assertEquals(Arrays.stream(values).sum(), durations.nanos());
    for (double q : new double[] {0.001, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1}) {
      long expected = values[(int) Math.ceil(q * count) - 1];
      assertEquals(expected, durations.quantile(q).getAsLong(), expected / 64.0, "quantile " + q);
    }
  }

  @Test
  void theWholeRangeOfLongIsTakenAndNegativeIsZero() {
    var recorder = new Durations.Recorder();
    recorder.record(-5);
    assertEquals(OptionalLong.of(0), recorder.total().quantile(1));
    recorder.record(Long.MAX_VALUE - 10);
    assertTrue(recorder.total().quantile(1).getAsLong() > Long.MAX_VALUE / 64 * 63);
  }

  @Test
  void ofNothingThereIsNoQuantile() {
    assertEquals(OptionalLong.empty(), Durations.NONE.quantile(0.5));
  }

  @Test
  void partsAddUpToTheWholeInAnyOrder() {
    var random = new Random(1);
    var whole = new Durations.Recorder();
    Durations forth = Durations.NONE;
    Durations back = Durations.NONE;
    for (int part = 0; part < 5; part++) {
      var recorder = new Durations.Recorder();
      for (int i = 0; i < 100; i++) {
        long value = random.nextInt(1_000_000_000);
        whole.record(value);
        recorder.record(value);
      }
      forth = forth.plus(recorder.total());
      back = recorder.total().plus(back);
    }
    assertEquals(whole.total(), forth);
    assertEquals(whole.total(), back);
  }
}
