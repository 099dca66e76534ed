package io.repvit.analytics.duplicates;

import io.repvit.analytics.Forest;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Compares all hashes that share a key. Input rows are (mask, hash, id), sorted by mask and {@code
 * hash & mask}; output rows are pairs of ids. The memory of a task is that of its largest bucket,
 * 20 bytes per hash.
 *
 * @param bands the keys
 * @param spanning whether to give only pairs that connect hashes which earlier pairs of the bucket
 *     do not connect. They are fewer than the hashes; all pairs can be as many as their square.
 * @param pairs counts all pairs, each once
 */
record BucketPairs(HashBands bands, boolean spanning, LongAccumulator pairs)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Pairs(rows);
  }

  private final class Pairs implements Iterator<Row> {
    private final Iterator<Row> rows;
    private @Nullable Row ahead;
    private @Nullable Row next;

    // The bucket, and the pair (i, j) that was compared last.
    private long mask;
    private long[] hashes = new long[16];
    private long[] ids = new long[16];
    private int size;
    private int i;
    private int j;
    private Forest forest = new Forest(0);

    Pairs(Iterator<Row> rows) {
      this.rows = rows;
      ahead = rows.hasNext() ? rows.next() : null;
    }

    @Override
    public boolean hasNext() {
      while (next == null && !nextInBucket()) {
        Row first = ahead;
        if (first == null) {
          return false;
        }
        readBucket(first);
      }
      return true;
    }

    @Override
    public Row next() {
      Row pair = hasNext() ? next : null;
      if (pair == null) {
        throw new NoSuchElementException();
      }
      next = null;
      return pair;
    }

    private void readBucket(Row first) {
      mask = first.getLong(0);
      long key = first.getLong(1) & mask;
      size = 0;
      while (ahead != null && ahead.getLong(0) == mask && (ahead.getLong(1) & mask) == key) {
        if (size == hashes.length) {
          hashes = Arrays.copyOf(hashes, 2 * size);
          ids = Arrays.copyOf(ids, 2 * size);
        }
        hashes[size] = ahead.getLong(1);
        ids[size++] = ahead.getLong(2);
        ahead = rows.hasNext() ? rows.next() : null;
      }
      i = 0;
      j = 0;
      forest = new Forest(spanning ? size : 0);
    }

    /** Goes to the next pair of the bucket that is to be given. */
    private boolean nextInBucket() {
      int distance = bands.distance();
      for (; i < size; i++, j = i) {
        for (j++; j < size; j++) {
          long difference = hashes[i] ^ hashes[j];
          if (Long.bitCount(difference) <= distance && given(difference)) {
            next = RowFactory.create(ids[i], ids[j]);
            return true;
          }
        }
      }
      return false;
    }

    private boolean given(long difference) {
      boolean first = bands.first(difference) == mask;
      if (first) {
        pairs.add(1);
      }
      return spanning ? forest.connect(i, j) : first;
    }
  }
}
