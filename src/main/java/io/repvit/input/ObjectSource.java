package io.repvit.input;

import java.util.List;
import java.util.function.Consumer;

/** Something that names objects as a stream, so that nobody needs to hold them all. */
public interface ObjectSource {

  /** The input, as the user gave it. */
  String given();

  /**
   * Hands every object of this source to {@code sink}, on the calling thread; what the sink throws
   * passes through.
   *
   * @return sources found on the way, whose objects are still to be named
   * @throws InputException when the source is missing or unreadable
   */
  List<ObjectSource> list(Consumer<ImageObject> sink) throws InputException;
}
