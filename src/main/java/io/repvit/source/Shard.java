package io.repvit.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.util.List;

/** A format in which one object holds many images. */
interface Shard extends Serializable {

  /** Where images go, in the order in which they stand in the shard; waits while there are many. */
  public interface Sink {
    void accept(Fetched image) throws InterruptedIOException;

    /** Counts a member that is no image and is not carried. */
    void leaveOut();
  }

  /** How the names of such objects end, in lower case; names are compared without case. */
  List<String> endings();

  /**
   * Reads a shard to its end. Every image, or why it cannot be had, goes into the sink once. What
   * cannot be told of single images is told of the shard.
   *
   * @param reader opens the shard
   * @param maxBytes longest image that is read
   * @throws IOException when the shard cannot be read on; the caller tells so
   */
  void read(SourceObject shard, ObjectReader reader, long maxBytes, Sink sink) throws IOException;
}
