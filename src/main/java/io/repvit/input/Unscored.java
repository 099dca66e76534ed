package io.repvit.input;

import static org.apache.spark.sql.functions.lit;

import io.repvit.input.PlannedObjects.Numbered;
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
  private static final String SCORED = "scored";
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
   * @param failed how many of the objects went to quarantine in earlier runs
   */
  record Left(ArrayList<PlanBlock> blocks, int failed) implements Serializable {}

  /**
   * What is left.
   *
   * @param partitions of the plan
   * @param scored paths and versions of what is left out
   * @param failed paths and versions of what is counted
   * @param folder where files of the plan are written
   */
  static List<Left> of(
      List<ArrayList<PlanBlock>> partitions,
      Dataset<Row> scored,
      Dataset<Row> failed,
      Path folder,
      SparkSession spark) {
    try (var planned = new PlannedObjects(partitions, spark)) {
      return left(planned, scored, failed, planned.files(folder), spark);
    }
  }

  private static List<Left> left(
      PlannedObjects planned,
      Dataset<Row> scored,
      Dataset<Row> failed,
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
    Dataset<Row> known =
        scored.withColumn(SCORED, lit(true)).union(failed.withColumn(SCORED, lit(false)));
    JavaPairRDD<Integer, Place> places =
        session(spark)
            .createDataFrame(rows, PLANNED)
            .join(known, new String[] {Scored.PATH, Scored.VERSION})
            .select(PARTITION, PLACE, SCORED)
            .toJavaRDD()
            .mapToPair(
                row -> new Tuple2<>(row.getInt(0), new Place(row.getInt(1), row.getBoolean(2))))
            .partitionBy(new HashPartitioner(objects.getNumPartitions()));
    return objects
        .zipPartitions(places.values(), (all, told) -> List.of(write(all, told, files)).iterator())
        .collect();
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
   * @param scored whether it is scored; if not, it went to quarantine
   */
  private record Place(int place, boolean scored) implements Serializable {}

  private static Left write(
      Iterator<Numbered> objects, Iterator<Place> places, PlannedObjects.Files files)
      throws IOException {
    var scored = new BitSet();
    var failed = new BitSet();
    places.forEachRemaining(p -> (p.scored() ? scored : failed).set(p.place()));
    failed.andNot(scored);
    PlanSegment segment = files.begin("unscored");
    try (segment) {
      while (objects.hasNext()) {
        Numbered object = objects.next();
        if (!scored.get(object.place())) {
          segment.add(object.object());
        }
      }
    }
    return new Left(new ArrayList<>(segment.blocks()), failed.cardinality());
  }
}
