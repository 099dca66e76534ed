package io.repvit.plan;

import io.repvit.source.ImageSource;
import io.repvit.source.Input;
import io.repvit.source.ObjectSource;
import io.repvit.source.ShardSource;
import io.repvit.source.SourceObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Plans of objects that nobody has listed. */
public final class Plans {
  private Plans() {}

  /**
   * A plan of objects in their order.
   *
   * @param files of the plan, at most 16
   * @param folder for them
   */
  public static Plan of(
      List<SourceObject> objects,
      int files,
      ImageSource<SourceObject> source,
      Path folder,
      SparkSession spark)
      throws Exception {
    var sources = new ArrayList<ObjectSource>();
    for (int i = 0; i < files; i++) {
      sources.add(
          new Given(objects.subList(objects.size() * i / files, objects.size() * (i + 1) / files)));
    }
    return ObjectPlan.of(new GivenInput(sources, source), List.of(), folder, spark);
  }

  private record GivenInput(List<ObjectSource> sources, ImageSource<SourceObject> images)
      implements Input.Objects {
    @Override
    public List<ObjectSource> sources(SparkSession spark, List<Path> output) {
      return sources;
    }

    @Override
    public boolean areShards() {
      return images instanceof ShardSource;
    }

    @Override
    public List<String> uris() {
      return List.of();
    }

    @Override
    public String text() {
      return "objects of the test";
    }
  }

  private record Given(List<SourceObject> objects) implements ObjectSource {
    @Override
    public String given() {
      return "objects of the test";
    }

    @Override
    public List<ObjectSource> list(Sink sink) {
      objects.forEach(sink::accept);
      return List.of();
    }
  }

  /** What about {@code wanted} tasks would read. */
  public static List<List<SourceObject>> partitions(Plan plan, int wanted, SparkSession spark) {
    var partitions = new ArrayList<List<SourceObject>>();
    for (List<PlanBlock> blocks :
        BalancedPartitions.divide(((ObjectPlan) plan).data().blocks(spark), wanted)) {
      var objects = new ArrayList<SourceObject>();
      try (var reader = new PlanReader(blocks, spark.sparkContext().hadoopConfiguration())) {
        reader.forEachRemaining(objects::add);
      }
      partitions.add(objects);
    }
    return partitions;
  }

  /** Objects as a task reads them of a plan of one file, which is written. */
  public static PlanReader reader(List<SourceObject> objects, Path file) throws IOException {
    var configuration = new Configuration(false);
    try (var writer = new PlanWriter(file, 0, configuration)) {
      for (SourceObject object : objects) {
        writer.add(object);
      }
    }
    var all = new PlanBlock(file.toString(), 0, Long.MAX_VALUE, objects.size(), 0);
    return new PlanReader(List.of(all), configuration);
  }
}
