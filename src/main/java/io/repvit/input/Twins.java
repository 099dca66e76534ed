package io.repvit.input;

import io.repvit.input.PlannedObjects.Numbered;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.HashPartitioner;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Brings those objects of a plan together of which the store tells that they have the same bytes:
 * those of equal ETag and length. Each moves right behind the first of its kind, and all else stays
 * in its order. Executors compare kinds as numbers, and Spark sorts what moves, and spills, so that
 * it does not matter how many are of a kind; the driver gets blocks.
 */
final class Twins {
  /** Partitions of whose kinds one task compares all: 64, with about a million kinds. */
  private static final int PARTITIONS_PER_SHARE = 64;

  private Twins() {}

  /**
   * A kind with several objects.
   *
   * @param first {@link Numbered#seat() seat} of the first
   */
  private record Home(long kind, long first) implements Serializable {}

  /**
   * An object with the bytes of an earlier one.
   *
   * @param first seat of the first of its kind
   * @param seat its own
   */
  private record Twin(long first, long seat) implements Serializable, Comparable<Twin> {
    private static final Comparator<Twin> ORDER =
        Comparator.comparingLong(Twin::first).thenComparingLong(Twin::seat);

    @Override
    public int compareTo(Twin other) {
      return ORDER.compare(this, other);
    }
  }

  /** Brings twins to the partition of the first of their kind. */
  private static final class Homes extends Partitioner {
    private static final long serialVersionUID = 1;

    private final int partitions;

    Homes(int partitions) {
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object twin) {
      return Numbered.partition(((Twin) twin).first());
    }
  }

  /**
   * The plan with twins together.
   *
   * @param partitions of the plan
   * @param folder where files of the plan are written
   * @return nothing when there are no twins, and nothing is written then
   */
  static List<PlanBlock> together(
      List<ArrayList<PlanBlock>> partitions, Path folder, SparkSession spark) {
    try (var planned = new PlannedObjects(partitions, spark)) {
      JavaRDD<Numbered> objects = planned.numbered();
      JavaRDD<Home> homes = homes(objects);
      return homes.isEmpty() ? List.of() : moved(objects, homes, planned.files(folder));
    }
  }

  /** To each partition of {@code objects}, the kinds in it that have several objects anywhere. */
  private static JavaRDD<Home> homes(JavaRDD<Numbered> objects) {
    int partitions = objects.getNumPartitions();
    int shares = 1 + partitions / PARTITIONS_PER_SHARE;
    return objects
        .mapPartitionsToPair(all -> kinds(all, shares))
        .partitionBy(new HashPartitioner(shares))
        .values()
        .mapPartitionsToPair(Twins::compared)
        .partitionBy(new HashPartitioner(partitions))
        .values();
  }

  /**
   * The kinds of a partition by the share that compares them: number, seat, number, seat, and so
   * on. Of each the first two objects tell all.
   */
  private static Iterator<Tuple2<Integer, long[]>> kinds(Iterator<Numbered> objects, int shares) {
    var byShare = new LongStream.Builder[shares];
    Arrays.setAll(byShare, share -> LongStream.builder());
    Map<Long, Integer> seen = new HashMap<>();
    while (objects.hasNext()) {
      Numbered object = objects.next();
      if (object.object().etag() != null) {
        long kind = kind(object.object());
        if (seen.merge(kind, 1, Integer::sum) <= 2) {
          byShare[(int) Math.floorMod(kind, shares)].add(kind).add(object.seat());
        }
      }
    }
    return IntStream.range(0, shares)
        .mapToObj(share -> new Tuple2<>(share, byShare[share].build().toArray()))
        .iterator();
  }

  /** FNV-1a of ETag and length: what is equal by chance stands together for nothing. */
  private static long kind(ImageObject object) {
    String etag = Objects.requireNonNull(object.etag());
    long hash = 0xcbf29ce484222325L ^ object.length();
    for (int i = 0; i < etag.length(); i++) {
      hash = (hash ^ etag.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** Kinds with several objects, by the partitions that have some. */
  private static Iterator<Tuple2<Integer, Home>> compared(Iterator<long[]> kinds) {
    List<long[]> all = new ArrayList<>();
    kinds.forEachRemaining(all::add);
    long[] sorted =
        all.stream()
            .flatMapToLong(some -> numbers(some).mapToLong(i -> some[i]))
            .sorted()
            .toArray();
    Map<Long, Long> firsts = new HashMap<>();
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        firsts.put(sorted[i], Long.MAX_VALUE);
      }
    }
    for (long[] some : all) {
      numbers(some)
          .forEach(i -> firsts.computeIfPresent(some[i], (k, seat) -> Math.min(seat, some[i + 1])));
    }
    return all.stream()
        .flatMap(
            some ->
                numbers(some)
                    .filter(i -> firsts.containsKey(some[i]))
                    .mapToObj(
                        i ->
                            new Tuple2<>(
                                Numbered.partition(some[i + 1]),
                                new Home(some[i], Objects.requireNonNull(firsts.get(some[i]))))))
        .iterator();
  }

  private static IntStream numbers(long[] kinds) {
    return IntStream.iterate(0, i -> i < kinds.length, i -> i + 2);
  }

  private static List<PlanBlock> moved(
      JavaRDD<Numbered> objects, JavaRDD<Home> homes, PlannedObjects.Files files) {
    JavaRDD<Tuple2<Twin, ImageObject>> arriving =
        objects
            .zipPartitions(homes, (all, told) -> Residents.of(told).leaving(all))
            .mapToPair(twin -> twin)
            .repartitionAndSortWithinPartitions(new Homes(objects.getNumPartitions()))
            .map(twin -> twin);
    return objects
        .zipPartitions(homes, (all, told) -> Residents.of(told).staying(all))
        .zipPartitions(arriving, (staying, arrived) -> write(staying, arrived, files))
        .collect();
  }

  /**
   * Who stays in a partition and who leaves it.
   *
   * @param firsts seats of the first by kind
   */
  private record Residents(Map<Long, Long> firsts) {
    static Residents of(Iterator<Home> homes) {
      Map<Long, Long> firsts = new HashMap<>();
      homes.forEachRemaining(home -> firsts.put(home.kind(), home.first()));
      return new Residents(firsts);
    }

    /** The seat of the first of the object's kind, which may be its own. */
    private long first(Numbered object) {
      return object.object().etag() == null
          ? object.seat()
          : firsts.getOrDefault(kind(object.object()), object.seat());
    }

    Iterator<Tuple2<Twin, ImageObject>> leaving(Iterator<Numbered> objects) {
      return firsts.isEmpty()
          ? Collections.emptyIterator()
          : PlannedObjects.stream(objects)
              .filter(o -> first(o) != o.seat())
              .map(o -> new Tuple2<>(new Twin(first(o), o.seat()), o.object()))
              .iterator();
    }

    Iterator<Numbered> staying(Iterator<Numbered> objects) {
      return PlannedObjects.stream(objects).filter(o -> first(o) == o.seat()).iterator();
    }
  }

  /**
   * @param twins in the order of those behind which they go
   */
  private static Iterator<PlanBlock> write(
      Iterator<Numbered> staying,
      Iterator<Tuple2<Twin, ImageObject>> twins,
      PlannedObjects.Files files)
      throws IOException {
    PlanSegment segment = files.begin("together");
    try (segment) {
      Tuple2<Twin, ImageObject> next = twins.hasNext() ? twins.next() : null;
      while (staying.hasNext()) {
        Numbered object = staying.next();
        segment.add(object.object());
        while (next != null && next._1().first() == object.seat()) {
          segment.addBehind(next._2());
          next = twins.hasNext() ? twins.next() : null;
        }
      }
    }
    return segment.blocks().iterator();
  }
}
