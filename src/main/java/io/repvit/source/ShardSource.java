package io.repvit.source;

import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads source objects that are shards.
 *
 * @param shard the format of the shards
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
