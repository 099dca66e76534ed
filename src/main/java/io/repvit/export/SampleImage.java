package io.repvit.export;

import java.io.IOException;

/** An encoded image that stands for those that a model will see. */
public interface SampleImage {

  /** For messages. */
  String name();

  /**
   * All of its bytes.
   *
   * @throws IOException if they cannot be read
   */
  byte[] read() throws IOException;
}
