package io.repvit.source;

import io.repvit.metrics.Durations;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;

/** How a task gets at the images of its partition. */
public interface ImageSource<T> extends Serializable {

  /** Begins reading; the caller closes. */
  Images open(Iterator<T> partition, Configuration configuration, ReadOptions options);

  /** The images of one partition, each once, read ahead where that pays. */
  interface Images extends Iterator<Fetched>, AutoCloseable {

    /** Entries of the plan that were read, when no image is left. */
    long objectsRead();

    /** Members of shards that are no images and are not carried, when no image is left. */
    default long membersLeftOut() {
      return 0;
    }

    /** How long the reads of single objects took, where there are such. */
    default Durations fetches() {
      return Durations.NONE;
    }

    @Override
    void close();
  }
}
