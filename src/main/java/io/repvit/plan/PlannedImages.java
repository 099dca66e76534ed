package io.repvit.plan;

import io.repvit.metrics.Durations;
import io.repvit.source.Fetched;
import io.repvit.source.ImageSource;
import io.repvit.source.ReadOptions;
import io.repvit.source.SourceObject;
import java.util.ArrayList;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads the images of the source objects in blocks of a plan.
 *
 * @param objects reads the images of source objects
 */
record PlannedImages(ImageSource<SourceObject> objects)
    implements ImageSource<ArrayList<PlanBlock>> {
  private static final long serialVersionUID = 1;

  @Override
  public Images open(
      Iterator<ArrayList<PlanBlock>> partition, Configuration configuration, ReadOptions options) {
    var plan = new PlanReader(partition.next(), configuration);
    return new WithPlan(objects.open(plan, configuration, options), plan);
  }

  /** Images, and the plan reader that is closed with them. */
  private record WithPlan(Images images, PlanReader plan) implements Images {
    @Override
    public boolean hasNext() {
      return images.hasNext();
    }

    @Override
    public Fetched next() {
      return images.next();
    }

    @Override
    public long objectsRead() {
      return images.objectsRead();
    }

    @Override
    public long membersLeftOut() {
      return images.membersLeftOut();
    }

    @Override
    public Durations fetches() {
      return images.fetches();
    }

    @Override
    public void close() {
      try (plan) {
        images.close();
      }
    }
  }
}
