package io.repvit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalancedPartitionsTest {

  /** A partition is cut where its share ends, so it is off by less than the objects at its ends. */
  @RepeatedTest(100)
  void partitionsOfSkewedSizesAreCompleteAndBalanced(RepetitionInfo info) {
    var random = new Random(info.getCurrentRepetition());
    // Sizes over six orders of magnitude, and some runs of empty objects.
    List<ImageObject> objects =
        objects(
            IntStream.range(0, 1 + random.nextInt(400))
                .mapToLong(i -> random.nextInt(9) == 0 ? 0 : (long) Math.exp(random.nextInt(18)))
                .toArray());
    int count = 1 + random.nextInt(50);
    List<ArrayList<ImageObject>> partitions = BalancedPartitions.cut(objects, count);
    assertComplete(objects, count, partitions);
    long total = objects.stream().mapToLong(BalancedPartitionsTest::cost).sum();
    long largest = objects.stream().mapToLong(BalancedPartitionsTest::cost).max().orElseThrow();
    for (List<ImageObject> partition : partitions) {
      long cost = partition.stream().mapToLong(BalancedPartitionsTest::cost).sum();
      assertTrue(cost <= (double) total / count + largest, cost + " of " + total + " / " + count);
    }
  }

  @Test
  void equalObjectsGiveEqualPartitions() {
    List<ArrayList<ImageObject>> partitions =
        BalancedPartitions.cut(objects(LongStream.range(0, 80).map(i -> 70_000).toArray()), 8);
    assertEquals(8, partitions.size());
    partitions.forEach(p -> assertEquals(10, p.size()));
  }

  @Test
  void aGiantDoesNotDragItsNeighboursAlong() {
    long[] sizes = new long[101];
    sizes[50] = 1L << 40;
    List<ImageObject> objects = objects(sizes);
    List<ArrayList<ImageObject>> partitions = BalancedPartitions.cut(objects, 4);
    assertComplete(objects, 4, partitions);
    assertTrue(partitions.contains(new ArrayList<>(objects.subList(50, 51))));
  }

  @Test
  void asManyPartitionsAsObjectsGiveOneEach() {
    List<ImageObject> objects = objects(5, 5, 5);
    assertEquals(3, BalancedPartitions.cut(objects, 3).size());
    assertComplete(objects, 10, BalancedPartitions.cut(objects, 10));
  }

  @Test
  void nothingGivesNoPartition() {
    assertEquals(List.of(), BalancedPartitions.cut(List.of(), 3));
  }

  @Test
  void sizesWhoseProductOverflowsALongAreStillCut() {
    List<ImageObject> objects = objects(1L << 60, 1L << 60, 1L << 60);
    List<ArrayList<ImageObject>> partitions = BalancedPartitions.cut(objects, 3);
    assertEquals(3, partitions.size());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 8, 1", // never none: Spark has no use for that
    "1, 8, 1", // never more than objects
    "31, 8, 31",
    "33, 8, 32", // four per slot
    "500000, 8, 32",
    "524288, 8, 32", // 32 * 16384
    "524289, 8, 33", // at most 16384 in each
    "1000000, 2, 62",
  })
  void theNumberOfPartitionsFollowsSlotsAndObjects(int objects, int slots, int expected) {
    assertEquals(expected, BalancedPartitions.count(objects, slots));
  }

  private static void assertComplete(
      List<ImageObject> objects, int count, List<ArrayList<ImageObject>> partitions) {
    assertTrue(partitions.size() <= count);
    var joined = new ArrayList<ImageObject>();
    for (List<ImageObject> partition : partitions) {
      assertFalse(partition.isEmpty());
      joined.addAll(partition);
    }
    assertEquals(objects, joined);
  }

  private static long cost(ImageObject object) {
    return object.length() + (256 << 10);
  }

  private static List<ImageObject> objects(long... lengths) {
    var objects = new ArrayList<ImageObject>();
    for (long length : lengths) {
      objects.add(new ImageObject("o" + objects.size(), length, 0, null));
    }
    return objects;
  }
}
