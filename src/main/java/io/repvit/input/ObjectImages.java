package io.repvit.input;

import io.repvit.metrics.Durations;
import java.util.ArrayList;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;

/** One image per object. */
final class ObjectImages implements ImageSource.Images {
  private final PlanReader plan;
  private final Counted<ImageObject> objects;
  private final ObjectReader reader;
  private final SizeAhead sized;
  private final FetchAhead fetched;

  private ObjectImages(PlanReader plan, Configuration configuration, ReadOptions options) {
    this.plan = plan;
    objects = new Counted<>(plan);
    reader = new ObjectReader(configuration, options.maxEncodedBytes());
    sized = new SizeAhead(objects, reader);
    fetched = new FetchAhead(sized, reader, options.window(), options.batch());
  }

  /** Reads the blocks of a partition. */
  static ImageSource.Images open(
      Iterator<ArrayList<PlanBlock>> partition, Configuration configuration, ReadOptions options) {
    return new ObjectImages(
        new PlanReader(partition.next(), configuration), configuration, options);
  }

  @Override
  public boolean hasNext() {
    return fetched.hasNext();
  }

  @Override
  public Fetched next() {
    return fetched.next();
  }

  @Override
  public long entries() {
    return objects.count();
  }

  @Override
  public Durations fetches() {
    return reader.fetches();
  }

  @Override
  public void close() {
    try (plan;
        sized) {
      fetched.close();
    }
  }
}
