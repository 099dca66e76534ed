package io.repvit.image;

import java.util.Locale;
import org.bytedeco.opencv.global.opencv_core;

/** The OpenCV that this product is built with, whether or not this machine can load it. */
public final class OpenCvLibrary {
  private OpenCvLibrary() {}

  /** As in {@code 4.13.0}. */
  public static String version() {
    return String.format(
        Locale.ROOT,
        "%d.%d.%d",
        opencv_core.CV_VERSION_MAJOR,
        opencv_core.CV_VERSION_MINOR,
        opencv_core.CV_VERSION_REVISION);
  }
}
