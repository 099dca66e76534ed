package io.repvit.analytics.duplicates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashBandsTest {
  private final Random random = new Random(15);

  @ParameterizedTest
  @CsvSource({"1, 2", "3, 4", "3, 5", "4, 6", "8, 10", "10, 12"})
  void everyPairWithinTheDistanceCountsUnderOneSharedKey(int distance, int bands) {
    var keys = new HashBands(distance, bands);
    long[] masks = keys.masks();
    assertEquals(keys.keys(), Arrays.stream(masks).distinct().count());
    for (int n = 0; n < 20_000; n++) {
      long difference = 0;
      for (int bit = 0; bit < 1 + n % distance; bit++) {
        difference |= 1L << random.nextInt(Long.SIZE);
      }
      long first = keys.first(difference);
      assertEquals(0, first & difference);
      assertTrue(Arrays.stream(masks).anyMatch(mask -> mask == first));
    }
  }

  @Test
  void aDistanceOfThreeHasFourBandsOf16Bits() {
    long[] bands = {0xffffL, 0xffff0000L, 0xffff00000000L, 0xffff000000000000L};
    assertTrue(Arrays.equals(bands, HashBands.of(3, 1_000_000).masks()));
  }

  @Test
  void moreHashesHaveLongerKeys() {
    for (int distance = 1; distance <= HashBands.MAX_DISTANCE; distance++) {
      HashBands few = HashBands.of(distance, 1_000);
      HashBands many = HashBands.of(distance, 1_000_000_000);
      assertTrue(few.bands() <= many.bands(), few + " " + many);
      assertTrue(many.keys() <= 200, many.toString());
    }
    assertEquals(5, HashBands.of(3, 100_000_000).bands());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 11})
  void otherDistancesAreRefused(int distance) {
    assertThrows(IllegalArgumentException.class, () -> HashBands.of(distance, 1));
  }
}
