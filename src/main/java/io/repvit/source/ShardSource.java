package io.repvit.source;

import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;

/**
 * Many images per object.
 *
 * @param shard how one such object is read
 */
public record ShardSource(Shard shard) implements ImageSource<SourceObject> {
  @Override
  public Images open(
      Iterator<SourceObject> objects, Configuration configuration, ReadOptions options) {
    var reader = new ObjectReader(configuration, options.maxEncodedBytes());
    return new ShardImages(
        objects,
        (object, sink) -> shard.read(object, reader, options.maxEncodedBytes(), sink),
        options.window());
  }
}
