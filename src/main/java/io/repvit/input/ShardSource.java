package io.repvit.input;

import java.util.ArrayList;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;

/**
 * Many images per object.
 *
 * @param shard how one such object is read
 */
record ShardSource(Shard shard) implements ImageSource<ArrayList<PlanBlock>> {
  @Override
  public Images open(
      Iterator<ArrayList<PlanBlock>> partition, Configuration configuration, ReadOptions options) {
    var objects = new PlanReader(partition.next(), configuration);
    var reader = new ObjectReader(configuration, options.maxEncodedBytes());
    return new ShardImages(
        objects,
        (object, sink) -> shard.read(object, reader, options.maxEncodedBytes(), sink),
        options.window());
  }
}
