package io.repvit.image;

import java.util.Locale;
import org.bytedeco.opencv.global.opencv_core;

/** The version of OpenCV that is on the class path; its native libraries are not loaded. */
public final class OpenCvLibrary {
  private OpenCvLibrary() {}

  /** Returns the version, such as {@code 4.13.0}. */
  public static String version() {
    return String.format(
        Locale.ROOT,
        "%d.%d.%d",
        opencv_core.CV_VERSION_MAJOR,
        opencv_core.CV_VERSION_MINOR,
        opencv_core.CV_VERSION_REVISION);
  }
}
