package io.repvit.plan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A range of neighbouring objects in one file of a plan. The driver keeps blocks instead of
 * objects.
 *
 * @param file URI of a Parquet file of {@link PlanData}
 * @param first position of the first object
 * @param last position of the last object
 * @param objects number of objects
 * @param length sum of the known lengths, bytes
 */
record PlanBlock(String file, long first, long last, int objects, long length)
    implements Serializable {
  /** The order of reading. */
  static final Comparator<PlanBlock> BY_POSITION = Comparator.comparingLong(PlanBlock::first);

  /** Cost in bytes, see {@link BalancedPartitions#COST_PER_OBJECT}. */
  long cost() {
    return length + objects * BalancedPartitions.COST_PER_OBJECT;
  }

  /** Joins neighbouring blocks of the same file. */
  static ArrayList<PlanBlock> joined(List<PlanBlock> blocks) {
    var joined = new ArrayList<PlanBlock>();
    for (PlanBlock block : blocks) {
      PlanBlock before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (before != null && before.file.equals(block.file)) {
        joined.set(
            joined.size() - 1,
            new PlanBlock(
                block.file,
                before.first,
                block.last,
                before.objects + block.objects,
                before.length + block.length));
      } else {
        joined.add(block);
      }
    }
    return joined;
  }
}
