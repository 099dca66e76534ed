package io.repvit.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.util.List;

/** A format of source objects that contain many images. */
interface Shard extends Serializable {

  /** Receives the images of a shard in order. It blocks while too many images wait. */
  public interface Sink {
    void accept(Fetched image) throws InterruptedIOException;

    /** Counts a member that is neither an image nor carried. */
    void leaveOut();

    /**
     * Whether an image is read. Others are passed over.
     *
     * @param path path of the image: {@code shard#member}
     */
    default boolean wants(String path) {
      return true;
    }

    /** Whether no more images are wanted, so that the rest of the shard is not read. */
    default boolean isEnded() {
      return false;
    }
  }

  /** Endings of the names of such objects, in lower case; names are compared without case. */
  List<String> endings();

  /**
   * Reads a shard to its end, unless the sink ends it. {@code sink} gets each image that it wants
   * once, as bytes or as a quarantine row.
   *
   * @param reader opens the shard
   * @param maxBytes largest encoded image, bytes
   * @throws IOException when the rest of the shard cannot be read; the caller quarantines the shard
   */
  void read(SourceObject shard, ObjectReader reader, long maxBytes, Sink sink) throws IOException;
}
