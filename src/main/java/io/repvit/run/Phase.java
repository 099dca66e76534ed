package io.repvit.run;

import java.io.IOException;
import java.util.Locale;

/** What a run is doing, in this order. */
public enum Phase {
  LISTING,
  CLASSIFYING,
  MERGING,
  /** Tables become visible, and at last the manifest. */
  PUBLISHING;

  /** The name for people: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Is told of the phases of a run, on the thread that works at it. */
  public interface Observer {
    /**
     * The run enters {@code phase}.
     *
     * @throws IOException when it is to stop instead
     */
    void enter(Phase phase) throws IOException;
  }
}
