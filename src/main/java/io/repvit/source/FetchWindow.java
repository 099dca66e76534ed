package io.repvit.source;

import java.io.Serializable;
import java.util.Locale;

/**
 * How far reading may run ahead of computing, per task. How far it does is what {@link FetchPace}
 * finds to be needed.
 *
 * @param objects most objects in flight or waiting
 * @param bytes most bytes in flight or waiting; one larger object alone is let through
 */
public record FetchWindow(int objects, long bytes) implements Serializable {
  /** Most objects: 256, half of S3A's default connection pool. */
  public static final int MAX_OBJECTS = 256;

  /** 32 objects, 64 MiB: enough for 100 ms a read at 4 ms an image, in batches of 4. */
  public static final FetchWindow DEFAULT = new FetchWindow(32, 64 << 20);

  public FetchWindow {
    if (objects < 1 || objects > MAX_OBJECTS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "fetch window is %d objects, must be 1 to %d", objects, MAX_OBJECTS));
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("fetch window is " + bytes + " bytes, must be positive");
    }
  }
}
