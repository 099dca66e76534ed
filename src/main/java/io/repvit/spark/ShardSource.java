package io.repvit.spark;

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
      Iterator<ArrayList<PlanBlock>> partition,
      Configuration configuration,
      ClassifyOptions options) {
    var objects = PlanBlock.read(partition.next(), configuration);
    var reader = new ObjectReader(configuration, options.limits().maxEncodedBytes());
    return new ShardImages(
        objects,
        (object, sink) -> shard.read(object, reader, options.limits().maxEncodedBytes(), sink),
        options.window());
  }
}
