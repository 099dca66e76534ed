package io.repvit.input;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Plans of objects that nobody has listed. */
final class Plans {
  private Plans() {}

  /**
   * A plan of objects in their order.
   *
   * @param files of the plan, at most 16
   * @param folder for them
   */
  static Plan of(
      List<ImageObject> objects,
      int files,
      ImageSource<ArrayList<PlanBlock>> source,
      Path folder,
      Configuration configuration)
      throws Exception {
    var sources = new ArrayList<ObjectSource>();
    for (int i = 0; i < files; i++) {
      sources.add(
          new Given(objects.subList(objects.size() * i / files, objects.size() * (i + 1) / files)));
    }
    return ObjectPlan.of(sources, source, folder, configuration);
  }

  private record Given(List<ImageObject> objects) implements ObjectSource {
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
  static List<List<ImageObject>> partitions(Plan plan, int wanted, Configuration configuration) {
    var partitions = new ArrayList<List<ImageObject>>();
    for (List<PlanBlock> blocks : BalancedPartitions.cut(plan.blocks(), wanted)) {
      var objects = new ArrayList<ImageObject>();
      PlanBlock.read(blocks, configuration).forEachRemaining(objects::add);
      partitions.add(objects);
    }
    return partitions;
  }
}
