package io.repvit.input;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** The objects of a plan, as executors read them and write what becomes of them. */
final class PlannedObjects implements AutoCloseable {
  /** Blocks that the driver keeps of one partition: 64, of at most 512 objects. */
  private static final int BLOCKS = 64;

  private final JavaRDD<Numbered> numbered;
  private final Broadcast<SerializableConfiguration> configuration;

  /**
   * @param partitions of the plan
   */
  PlannedObjects(List<ArrayList<PlanBlock>> partitions, SparkSession spark) {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> shared =
        context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    configuration = shared;
    numbered =
        context
            .parallelize(partitions, partitions.size())
            .mapPartitionsWithIndex(
                (partition, blocks) ->
                    numbered(partition, PlanBlock.read(blocks.next(), shared.value().value())),
                true);
  }

  /**
   * An object of the plan.
   *
   * @param place number in its partition, from 0
   */
  record Numbered(int partition, int place, ImageObject object) implements Serializable {

    /** Partition and place in one number, in the order of the plan. */
    long seat() {
      return (long) partition << Integer.SIZE | place;
    }

    /** The partition of a seat. */
    static int partition(long seat) {
      return (int) (seat >> Integer.SIZE);
    }
  }

  private static Iterator<Numbered> numbered(int partition, Iterator<ImageObject> objects) {
    var places = new Counted<>(objects);
    return stream(places)
        .map(object -> new Numbered(partition, (int) places.count() - 1, object))
        .iterator();
  }

  /** In the partitions of the plan, and in its order. */
  JavaRDD<Numbered> numbered() {
    return numbered;
  }

  /** How a task writes objects into a file of its own. */
  Files files(Path folder) {
    return new Files(folder.toString(), configuration);
  }

  /** Makes files of a plan, on executors. */
  record Files(String folder, Broadcast<SerializableConfiguration> configuration)
      implements Serializable {

    /** A file that no other task writes, and no other attempt at it. */
    PlanSegment begin(String name) {
      var file = new Path(folder, name + "-" + TaskContext.get().taskAttemptId());
      return new PlanSegment(file, configuration.value().value(), BLOCKS);
    }
  }

  static <T> Stream<T> stream(Iterator<T> elements) {
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(elements, 0), false);
  }

  @Override
  public void close() {
    configuration.destroy();
  }
}
