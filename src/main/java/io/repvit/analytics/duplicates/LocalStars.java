package io.repvit.analytics.duplicates;

import io.repvit.analytics.Forest;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Replaces edges by stars, chunk by chunk, in the memory of a task: each node of a component of the
 * chunk's edges is connected with the least one. Chains within a chunk take no round of {@link
 * Components}.
 *
 * @param chunk edges that are held at a time; each takes 40 bytes
 */
record LocalStars(int chunk) implements MapPartitionsFunction<Row, Row> {
  @Override
  public Iterator<Row> call(Iterator<Row> edges) {
    return new Iterator<>() {
      private Iterator<Row> stars = starsOfChunk(edges);

      @Override
      public boolean hasNext() {
        while (!stars.hasNext() && edges.hasNext()) {
          stars = starsOfChunk(edges);
        }
        return stars.hasNext();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return stars.next();
      }
    };
  }

  /** The stars of the next chunk. */
  private Iterator<Row> starsOfChunk(Iterator<Row> edges) {
    var ends = new long[16];
    int size = 0;
    while (size < 2 * chunk && edges.hasNext()) {
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, 2 * size);
      }
      Row edge = edges.next();
      ends[size++] = edge.getLong(0);
      ends[size++] = edge.getLong(1);
    }
    long[] nodes = Arrays.stream(ends, 0, size).sorted().distinct().toArray();
    var forest = new Forest(nodes.length);
    for (int i = 0; i < size; i += 2) {
      forest.connect(Arrays.binarySearch(nodes, ends[i]), Arrays.binarySearch(nodes, ends[i + 1]));
    }
    return IntStream.range(0, nodes.length)
        .filter(node -> forest.root(node) != node)
        .mapToObj(node -> RowFactory.create(nodes[node], nodes[forest.root(node)]))
        .iterator();
  }
}
