package io.repvit.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
    List<PlanBlock> objects =
        objects(
            IntStream.range(0, 1 + random.nextInt(400))
                .mapToLong(i -> random.nextInt(9) == 0 ? 0 : (long) Math.exp(random.nextInt(18)))
                .toArray());
    int count = 1 + random.nextInt(50);
    List<ArrayList<PlanBlock>> partitions = BalancedPartitions.divide(objects, count);
    assertComplete(objects, count, partitions);
    long total = objects.stream().mapToLong(BalancedPartitionsTest::cost).sum();
    long largest = objects.stream().mapToLong(BalancedPartitionsTest::cost).max().orElseThrow();
    for (List<PlanBlock> partition : partitions) {
      long cost = partition.stream().mapToLong(BalancedPartitionsTest::cost).sum();
      assertTrue(cost <= (double) total / count + largest, cost + " of " + total + " / " + count);
    }
  }

  @Test
  void equalObjectsGiveEqualPartitions() {
    List<ArrayList<PlanBlock>> partitions =
        BalancedPartitions.divide(objects(LongStream.range(0, 80).map(i -> 70_000).toArray()), 8);
    assertEquals(8, partitions.size());
    partitions.forEach(p -> assertEquals(10, p.get(0).objects()));
  }

  @Test
  void aGiantDoesNotDragItsNeighboursAlong() {
    long[] sizes = new long[101];
    sizes[50] = 1L << 40;
    List<PlanBlock> objects = objects(sizes);
    List<ArrayList<PlanBlock>> partitions = BalancedPartitions.divide(objects, 4);
    assertComplete(objects, 4, partitions);
    assertTrue(partitions.contains(new ArrayList<>(objects.subList(50, 51))));
  }

  @Test
  void asManyPartitionsAsObjectsGiveOneEach() {
    List<PlanBlock> objects = objects(5, 5, 5);
    assertEquals(3, BalancedPartitions.divide(objects, 3).size());
    assertComplete(objects, 10, BalancedPartitions.divide(objects, 10));
  }

  @Test
  void nothingGivesNoPartition() {
    assertEquals(List.of(), BalancedPartitions.divide(List.of(), 3));
  }

  @Test
  void sizesWhoseProductOverflowsALongAreStillCut() {
    List<PlanBlock> objects = objects(1L << 60, 1L << 60, 1L << 60);
    List<ArrayList<PlanBlock>> partitions = BalancedPartitions.divide(objects, 3);
    assertEquals(3, partitions.size());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 8, 1, 1", // never none: Spark has no use for that
    "1, 8, 1, 1", // never more than objects
    "31, 8, 1, 31",
    "33, 8, 1, 32", // four per slot
    "500000, 8, 1, 32",
    "524288, 8, 1, 32", // 32 * 16384
    "524289, 8, 1, 33", // at most 16384 in each
    "1000000, 2, 1, 62",
    "100000000, 8, 1, 6104",
    "500000, 8, 5, 160", // each wave keeps all slots at work
    "100000000, 8, 1000, 32000",
  })
  void theNumberOfPartitionsFollowsSlotsAndObjects(
      long objects, int slots, int waves, int expected) {
    assertEquals(expected, BalancedPartitions.count(objects, slots, waves));
  }

  @Test
  void noPartitionHasMoreObjectsThanATaskMayLose() {
    long[] sizes = new long[40_000];
    sizes[39_999] = 1L << 50; // the rest of the input is nothing beside it
    List<ArrayList<PlanBlock>> partitions = BalancedPartitions.divide(objects(sizes), 4);
    assertEquals(
        List.of(16_384, 16_384, 7_231, 1),
        partitions.stream().map(p -> p.stream().mapToInt(PlanBlock::objects).sum()).toList());
  }

  @Test
  void neighboursBecomeOneBlockUnlessTheyAreInDifferentFiles() {
    List<PlanBlock> blocks = new ArrayList<>(objects(1, 2, 3));
    blocks.add(new PlanBlock("another", 3, 3, 1, 4));
    assertEquals(
        List.of(
            List.of(new PlanBlock("segment", 0, 2, 3, 6), new PlanBlock("another", 3, 3, 1, 4))),
        BalancedPartitions.divide(blocks, 1));
  }

  /** Blocks of one object and one byte each come out joined, but all and in order. */
  private static void assertComplete(
      List<PlanBlock> objects, int count, List<ArrayList<PlanBlock>> partitions) {
    assertTrue(partitions.size() <= count);
    long at = 0;
    for (List<PlanBlock> partition : partitions) {
      assertEquals(1, partition.size());
      assertEquals(at, partition.get(0).first());
      at += partition.get(0).objects();
    }
    assertEquals(objects.size(), at);
  }

  private static long cost(PlanBlock block) {
    return block.length() + block.objects() * (256L << 10);
  }

  private static List<PlanBlock> objects(long... lengths) {
    var objects = new ArrayList<PlanBlock>();
    for (long length : lengths) {
      objects.add(new PlanBlock("segment", objects.size(), objects.size(), 1, length));
    }
    return objects;
  }
}
