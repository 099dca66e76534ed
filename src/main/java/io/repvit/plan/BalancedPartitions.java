package io.repvit.plan;

import java.util.ArrayList;
import java.util.List;

/** Cuts a plan into runs of neighbours that cost about the same. */
public final class BalancedPartitions {
  /**
   * What an object costs beside its bytes, in bytes: 256 KiB. Inference takes the same time for
   * every image, about 25 ms for RepViT-M0.9, in which a core could have decoded that much JPEG.
   */
  static final long COST_PER_OBJECT = 256L << 10;

  /** Partitions per task slot, so that a slow one does not leave the other slots idle. */
  static final int PER_SLOT = 4;

  /** Most objects in one partition: bounds what a lost task costs. */
  static final int MAX_OBJECTS = 16_384;

  private BalancedPartitions() {}

  /**
   * How many partitions {@code entries} deserve on {@code slots} task slots.
   *
   * @param waves that the run is done in: each has work for all slots
   */
  public static int count(long entries, int slots, int waves) {
    long wanted =
        Math.max((long) PER_SLOT * slots * waves, (entries + MAX_OBJECTS - 1) / MAX_OBJECTS);
    return (int) Math.max(1, Math.min(entries, wanted));
  }

  /**
   * Cuts at the multiples of total cost / {@code count}, and where a partition would have more than
   * {@value #MAX_OBJECTS} objects.
   *
   * @return lists, none empty, in the order of {@code blocks}
   */
  static List<ArrayList<PlanBlock>> cut(List<PlanBlock> blocks, int count) {
    double total = blocks.stream().mapToDouble(PlanBlock::cost).sum();
    var partitions = new ArrayList<ArrayList<PlanBlock>>(count);
    var current = new ArrayList<PlanBlock>();
    int objects = 0;
    int share = 0;
    double before = 0;
    for (PlanBlock block : blocks) {
      // A block belongs to the share in which its middle lies.
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
