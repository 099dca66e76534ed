package io.repvit.spark;

import java.util.ArrayList;
import java.util.List;

/** Cuts a listing into runs of neighbours that cost about the same. */
final class BalancedPartitions {
  /**
   * What an object costs beside its bytes, in bytes: 256 KiB. Inference takes the same time for
   * every image, about 25 ms for RepViT-M0.9, in which a core could have decoded that much JPEG.
   */
  static final long COST_PER_OBJECT = 256L << 10;

  /** Partitions per task slot, so that a slow one does not leave the other slots idle. */
  private static final int PER_SLOT = 4;

  /** Most images in one partition: bounds what a lost task costs and a task's description. */
  private static final int MAX_OBJECTS = 16_384;

  private BalancedPartitions() {}

  /** How many partitions {@code objects} images deserve on {@code slots} task slots. */
  static int count(int objects, int slots) {
    int wanted = Math.max(PER_SLOT * slots, (objects + MAX_OBJECTS - 1) / MAX_OBJECTS);
    return Math.max(1, Math.min(objects, wanted));
  }

  /**
   * Cuts at the multiples of total cost / {@code count}.
   *
   * @return at most {@code count} lists, none empty, in the order of {@code objects}
   */
  static List<ArrayList<ImageObject>> cut(List<ImageObject> objects, int count) {
    long total = objects.stream().mapToLong(BalancedPartitions::cost).sum();
    var partitions = new ArrayList<ArrayList<ImageObject>>(count);
    var current = new ArrayList<ImageObject>();
    long before = 0;
    for (ImageObject object : objects) {
      // An object belongs to the partition in which its middle lies.
      double middle = before + cost(object) / 2.0;
      int index = (int) Math.min(count - 1, middle * count / total);
      if (index > partitions.size() && !current.isEmpty()) {
        partitions.add(current);
        current = new ArrayList<>();
      }
      current.add(object);
      before += cost(object);
    }
    if (!current.isEmpty()) {
      partitions.add(current);
    }
    return partitions;
  }

  private static long cost(ImageObject object) {
    return object.length() + COST_PER_OBJECT;
  }
}
