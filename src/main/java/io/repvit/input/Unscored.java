package io.repvit.input;

import static org.apache.spark.sql.functions.broadcast;

import io.repvit.input.PlannedObjects.Numbered;
import io.repvit.input.Scored.Outcome;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/**
 * Leaves out of planned objects those that are scored. Executors compare paths and versions, sorted
 * and spilled by Spark; of each partition they learn the places of what is scored, and write the
 * others into files of their own, in the order of the plan. The driver gets blocks.
 */
final class Unscored {
  private static final String PARTITION = "partition";
  private static final String PLACE = "place";

  /** Objects that are compared without moving what is scored: 20,000. */
  private static final long MOST_SHARED = 20_000;

  private static final StructType PLANNED =
      new StructType()
          .add(PARTITION, DataTypes.IntegerType, false)
          .add(PLACE, DataTypes.IntegerType, false)
          .add(Scored.PATH, DataTypes.StringType, false)
          .add(Scored.VERSION, DataTypes.StringType, false);

  private Unscored() {}

  /**
   * What is left of one partition.
   *
   * @param failed how many objects are left out because they would fail again
   * @param retried how many of the objects that are left went to quarantine in earlier runs
   */
  record Left(ArrayList<PlanBlock> blocks, int failed, int retried) implements Serializable {}

  /**
   * What is left.
   *
   * @param partitions of the plan
   * @param scored paths, versions and outcomes of earlier runs
   * @param folder where files of the plan are written
   */
  static List<Left> of(
      List<ArrayList<PlanBlock>> partitions, Dataset<Row> scored, Path folder, SparkSession spark) {
    try (var planned = new PlannedObjects(partitions, spark)) {
      return left(planned, scored, isSmall(partitions), planned.files(folder), spark);
    }
  }

  private static List<Left> left(
      PlannedObjects planned,
      Dataset<Row> scored,
      boolean isSmall,
      PlannedObjects.Files files,
      SparkSession spark) {
    JavaRDD<Numbered> objects = planned.numbered();
    // An object of which the plan does not know the version is never left out.
    JavaRDD<Row> rows =
        objects
            .filter(o -> o.object().version() != null)
            .map(
                o ->
                    RowFactory.create(
                        o.partition(), o.place(), o.object().path(), o.object().version()));
    Dataset<Row> compared = session(spark).createDataFrame(rows, PLANNED);
    JavaPairRDD<Integer, Place> places =
        (isSmall ? broadcast(compared) : compared)
            .join(scored, new String[] {Scored.PATH, Scored.VERSION})
            .select(PARTITION, PLACE, Scored.OUTCOME)
            .toJavaRDD()
            .mapToPair(row -> new Tuple2<>(row.getInt(0), new Place(row.getInt(1), row.getInt(2))))
            .partitionBy(new HashPartitioner(objects.getNumPartitions()));
    return objects
        .zipPartitions(places.values(), (all, told) -> List.of(write(all, told, files)).iterator())
        .collect();
  }

  /** Whether the planned objects are few enough to go through the driver: a few megabytes. */
  private static boolean isSmall(List<ArrayList<PlanBlock>> partitions) {
    return partitions.stream().flatMap(List::stream).mapToLong(PlanBlock::objects).sum()
        <= MOST_SHARED;
  }

  /** What is scored may be as much as is planned: no side of the join goes through the driver. */
  private static SparkSession session(SparkSession spark) {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.autoBroadcastJoinThreshold", -1);
    session.conf().set("spark.sql.adaptive.autoBroadcastJoinThreshold", -1);
    return session;
  }

  /**
   * An object of a partition of which runs tell something.
   *
   * @param place number in its partition, from 0
   * @param outcome number of an {@link Outcome}
   */
  private record Place(int place, int outcome) implements Serializable {}

  private static Left write(
      Iterator<Numbered> objects, Iterator<Place> places, PlannedObjects.Files files)
      throws IOException {
    var scored = new BitSet();
    var failed = new BitSet();
    var retried = new BitSet();
    List<BitSet> byOutcome = List.of(scored, failed, retried);
    places.forEachRemaining(p -> byOutcome.get(p.outcome()).set(p.place()));
    failed.andNot(scored);
    retried.andNot(scored);
    retried.andNot(failed);
    PlanSegment segment = files.begin("unscored");
    try (segment) {
      while (objects.hasNext()) {
        Numbered object = objects.next();
        if (!scored.get(object.place()) && !failed.get(object.place())) {
          segment.add(object.object());
        }
      }
    }
    return new Left(new ArrayList<>(segment.blocks()), failed.cardinality(), retried.cardinality());
  }
}
