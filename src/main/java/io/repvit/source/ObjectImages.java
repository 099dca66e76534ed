package io.repvit.source;

import io.repvit.metrics.Durations;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;

/** Reads source objects that are one image each. */
public final class ObjectImages implements ImageSource.Images {
  private final CountingIterator<SourceObject> objects;
  private final ObjectReader reader;
  private final SizeAhead sized;
  private final FetchAhead fetched;

  private ObjectImages(
      Iterator<SourceObject> listed, Configuration configuration, ReadOptions options) {
    objects = new CountingIterator<>(listed);
    reader = new ObjectReader(configuration, options.maxEncodedBytes());
    sized = new SizeAhead(objects, reader);
    fetched = new FetchAhead(sized, reader, options.window(), options.batch());
  }

  /** Reads {@code objects} ahead of the consumer. */
  public static ImageSource.Images open(
      Iterator<SourceObject> objects, Configuration configuration, ReadOptions options) {
    return new ObjectImages(objects, configuration, options);
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
  public long objectsRead() {
    return objects.count();
  }

  @Override
  public Durations fetches() {
    return reader.fetches();
  }

  @Override
  public void close() {
    try (sized) {
      fetched.close();
    }
  }
}
