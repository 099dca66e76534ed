package io.repvit.source;

import java.io.Serializable;
import java.util.Locale;

/**
 * Limits of reading ahead, per task. {@link FetchPace} decides how much of it is used.
 *
 * @param objects largest number of objects in flight or waiting
 * @param bytes largest number of bytes in flight or waiting; a single larger object is allowed
 */
public record FetchWindow(int objects, long bytes) implements Serializable {
  /** Largest number of objects: 256, half of S3A's default connection pool. */
  public static final int MAX_OBJECTS = 256;

  /** 32 objects and 64 MiB: enough for 100 ms per read and 4 ms per image in batches of 4. */
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
