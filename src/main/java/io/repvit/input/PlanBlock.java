package io.repvit.input;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Neighbouring objects of a listing, and where they stand in its {@link PlanSegment}: all that a
 * driver keeps of them.
 *
 * @param file URI of the segment
 * @param offset of the first object's bytes
 * @param bytes of all of them, encoded
 * @param objects how many
 * @param length sum of their known lengths, bytes
 */
public record PlanBlock(String file, long offset, int bytes, int objects, long length)
    implements Serializable {

  /** See {@link BalancedPartitions#COST_PER_OBJECT}. */
  long cost() {
    return length + objects * BalancedPartitions.COST_PER_OBJECT;
  }

  /** Whether {@code next} begins where this ends. */
  boolean meets(PlanBlock next) {
    return file.equals(next.file) && offset + bytes == next.offset;
  }

  /** This and the one that it {@link #meets}. */
  PlanBlock join(PlanBlock next) {
    return new PlanBlock(
        file, offset, bytes + next.bytes, objects + next.objects, length + next.length);
  }

  /** Joins those that meet and have no more than {@code most} objects together. */
  static ArrayList<PlanBlock> joined(List<PlanBlock> blocks, int most) {
    var joined = new ArrayList<PlanBlock>();
    for (PlanBlock block : blocks) {
      int last = joined.size() - 1;
      if (last >= 0
          && joined.get(last).meets(block)
          && joined.get(last).objects() + block.objects() <= most) {
        joined.set(last, joined.get(last).join(block));
      } else {
        joined.add(block);
      }
    }
    return joined;
  }

  /** The objects of {@code blocks}: one request per block, when its first object is asked for. */
  static Iterator<ImageObject> read(List<PlanBlock> blocks, Configuration configuration) {
    Iterator<PlanBlock> left = blocks.iterator();
    return new Iterator<>() {
      private Iterator<ImageObject> objects = Collections.emptyIterator();

      @Override
      public boolean hasNext() {
        while (!objects.hasNext() && left.hasNext()) {
          objects = left.next().read(configuration);
        }
        return objects.hasNext();
      }

      @Override
      public ImageObject next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return objects.next();
      }
    };
  }

  private Iterator<ImageObject> read(Configuration configuration) {
    HadoopDefaults.load();
    var path = new Path(file);
    byte[] encoded = new byte[bytes];
    try (FSDataInputStream in = path.getFileSystem(configuration).open(path)) {
      in.readFully(offset, encoded);
    } catch (IOException e) {
      throw new UncheckedIOException("the plan of the run cannot be read", e);
    }
    return new ObjectDecoder(encoded, objects);
  }
}
