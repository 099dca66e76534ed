package io.repvit.plan;

import java.util.ArrayList;
import java.util.List;

/** Divides a plan into partitions of neighbouring source objects that cost about the same. */
public final class BalancedPartitions {
  /**
   * Cost of an object in addition to its length, in bytes: 256 KiB. Inference takes the same time
   * for every image, about 25 ms for RepViT-M0.9. A core decodes about 256 KiB of JPEG in that
   * time.
   */
  static final long COST_PER_OBJECT = 256L << 10;

  /** Partitions per task slot, so that a slow partition does not leave the other slots idle. */
  static final int PER_SLOT = 4;

  /** Largest number of objects in a partition. It bounds the work that a failed task loses. */
  static final int MAX_OBJECTS = 16_384;

  private BalancedPartitions() {}

  /**
   * The number of partitions for {@code objects} source objects.
   *
   * @param slots task slots of the cluster
   * @param waves waves of the run; each wave gets enough partitions for all slots
   */
  public static int count(long objects, int slots, int waves) {
    long wanted =
        Math.max((long) PER_SLOT * slots * waves, (objects + MAX_OBJECTS - 1) / MAX_OBJECTS);
    return (int) Math.max(1, Math.min(objects, wanted));
  }

  /**
   * Divides {@code blocks} at the multiples of total cost / {@code count}, and where a partition
   * would otherwise have more than {@value #MAX_OBJECTS} objects.
   *
   * @return the blocks of each partition, in the order of {@code blocks}; no partition is empty
   */
  static List<ArrayList<PlanBlock>> divide(List<PlanBlock> blocks, int count) {
    double total = blocks.stream().mapToDouble(PlanBlock::cost).sum();
    var partitions = new ArrayList<ArrayList<PlanBlock>>(count);
    var current = new ArrayList<PlanBlock>();
    int objects = 0;
    int share = 0;
    double before = 0;
    for (PlanBlock block : blocks) {
      // A block belongs to the share that contains its middle.
      double middle = before + block.cost() / 2.0;
      int index = (int) Math.min(count - 1, middle * count / total);
      boolean full = objects + block.objects() > MAX_OBJECTS;
      if ((index > share || full) && !current.isEmpty()) {
        partitions.add(PlanBlock.joined(current));
        current.clear();
        objects = 0;
      }
      share = index;
      current.add(block);
      objects += block.objects();
      before += block.cost();
    }
    if (!current.isEmpty()) {
      partitions.add(PlanBlock.joined(current));
    }
    return partitions;
  }
}
