package io.repvit.source;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import java.util.List;

/** Lists source objects as a stream, so they need not fit into memory. */
public interface ObjectSource {

  /** Receives the results of a listing. The source does not catch its exceptions. */
  public interface Sink {
    void accept(SourceObject object);

    /** Counts names that are left out by a rule. */
    void leaveOut(LeftOut.Rule rule, long names);
  }

  /** The input, as the user gave it. */
  String given();

  /**
   * Lists this source on the calling thread. {@code sink} gets every name, as an object or as left
   * out.
   *
   * @return sources that were found, such as subfolders, which are not listed yet
   * @throws UserException when the source is missing or unreadable
   */
  List<ObjectSource> list(Sink sink) throws UserException;

  /**
   * Called when this source and all sources that it found are listed.
   *
   * @throws UserException when the listing does not fit the input, such as a glob without a match
   */
  default void end() throws UserException {}
}
