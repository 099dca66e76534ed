package io.repvit.source;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import java.util.List;

/** Something that names objects as a stream, so that nobody needs to hold them all. */
public interface ObjectSource {

  /** What a listing finds. What it throws passes through the source. */
  public interface Sink {
    void accept(SourceObject object);

    /** Counts names that the run does not read. */
    void leaveOut(LeftOut.Rule rule, long names);
  }

  /** The input, as the user gave it. */
  String given();

  /**
   * Hands every name of this source to {@code sink}, on the calling thread: as an object, or as
   * left out.
   *
   * @return sources found on the way, whose objects are still to be named
   * @throws UserException when the source is missing or unreadable
   */
  List<ObjectSource> list(Sink sink) throws UserException;

  /**
   * Called when this and all that was found on the way are listed.
   *
   * @throws UserException when that is not what the input says
   */
  default void end() throws UserException {}
}
