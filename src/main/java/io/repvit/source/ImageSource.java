package io.repvit.source;

import io.repvit.metrics.Durations;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;

/** Reads the images of a partition in a task. */
public interface ImageSource<T> extends Serializable {

  /** Starts to read a partition; the caller closes the result. */
  Images open(Iterator<T> partition, Configuration configuration, ReadOptions options);

  /** The images of one partition, each once, read ahead of the consumer. */
  interface Images extends Iterator<Fetched>, AutoCloseable {

    /** Number of source objects (rows of a table) that were read, valid after the last image. */
    long objectsRead();

    /** Number of shard members that are neither images nor carried, valid after the last image. */
    default long membersLeftOut() {
      return 0;
    }

    /** Durations of the reads of single objects; none for shards and tables. */
    default Durations fetches() {
      return Durations.NONE;
    }

    @Override
    void close();
  }
}
