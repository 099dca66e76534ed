package io.repvit.input;

import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
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

  /** Blocks that the driver keeps of one partition: 64, of at most 512 objects. */
  private static final int BLOCKS = 64;

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
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> configuration =
        context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    JavaRDD<ArrayList<PlanBlock>> planned = context.parallelize(partitions, partitions.size());
    JavaRDD<Row> rows =
        planned.mapPartitionsWithIndex(
            (partition, blocks) ->
                rows(partition, PlanBlock.read(blocks.next(), configuration.value().value())),
            true);
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
            .partitionBy(new HashPartitioner(partitions.size()));
    String files = folder.toString();
    List<Left> left =
        planned
            .zipPartitions(
                places.values(),
                (blocks, told) ->
                    List.of(
                            write(
                                PlanBlock.read(blocks.next(), configuration.value().value()),
                                told,
                                new Path(files),
                                configuration.value().value()))
                        .iterator())
            .collect();
    configuration.destroy();
    return left;
  }

  /** What is scored may be as much as is planned: no side of the join goes through the driver. */
  private static SparkSession session(SparkSession spark) {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.autoBroadcastJoinThreshold", -1);
    session.conf().set("spark.sql.adaptive.autoBroadcastJoinThreshold", -1);
    return session;
  }

  /** An object of which the plan does not know the version is never left out. */
  private static Iterator<Row> rows(int partition, Iterator<ImageObject> objects) {
    var places = new Counted<>(objects);
    return stream(places)
        .map(object -> row(partition, (int) places.count() - 1, object))
        .flatMap(Stream::ofNullable)
        .iterator();
  }

  private static @Nullable Row row(int partition, int place, ImageObject object) {
    String version = object.version();
    return version == null ? null : RowFactory.create(partition, place, object.path(), version);
  }

  /**
   * An object of a partition of which runs tell something.
   *
   * @param place number in its partition, from 0
   * @param scored whether it is scored; if not, it went to quarantine
   */
  private record Place(int place, boolean scored) implements Serializable {}

  private static Left write(
      Iterator<ImageObject> objects,
      Iterator<Place> places,
      Path folder,
      Configuration configuration)
      throws IOException {
    var scored = new BitSet();
    var failed = new BitSet();
    places.forEachRemaining(p -> (p.scored() ? scored : failed).set(p.place()));
    failed.andNot(scored);
    // No two attempts write one file.
    var file = new Path(folder, "unscored-" + TaskContext.get().taskAttemptId());
    var segment = new PlanSegment(file, configuration, BLOCKS);
    try (segment) {
      for (int place = 0; objects.hasNext(); place++) {
        ImageObject object = objects.next();
        if (!scored.get(place)) {
          segment.add(object);
        }
      }
    }
    return new Left(new ArrayList<>(segment.blocks()), failed.cardinality());
  }

  private static <T> Stream<T> stream(Iterator<T> elements) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(elements, 0), false);
  }
}
