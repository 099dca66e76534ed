package io.repvit.export;

import java.io.IOException;

/** An encoded image that resembles those to classify. */
public interface SampleImage {

  /** Returns the name for messages. */
  String name();

  /**
   * Returns the content of the image file.
   *
   * @throws IOException if it cannot be read
   */
  byte[] read() throws IOException;
}
