package io.repvit.image;

/**
 * The sizes of the resized image and the position of the crop, by the rules of torchvision's {@code
 * Resize} of a short side and {@code CenterCrop}. Only the crop is computed.
 *
 * @param resizedWidth columns of the resized image
 * @param resizedHeight rows of the resized image
 * @param left first column of the crop
 * @param top first row of the crop
 */
record ResizeGeometry(long resizedWidth, long resizedHeight, long left, long top) {

  static ResizeGeometry of(int width, int height, Preprocessing preprocessing) {
    int resizeShort = preprocessing.resizeShort();
    int shorter = Math.min(width, height);
    // Python's int(size * long / short): exact product, quotient in double, truncation.
    long longer = (long) ((double) ((long) resizeShort * Math.max(width, height)) / shorter);
    long resizedWidth = width <= height ? resizeShort : longer;
    long resizedHeight = width <= height ? longer : resizeShort;
    return new ResizeGeometry(
        resizedWidth,
        resizedHeight,
        centre(resizedWidth, preprocessing.width()),
        centre(resizedHeight, preprocessing.height()));
  }

  /** Rounds halves to even, as Python's int(round(x)) does. */
  private static long centre(long resized, int crop) {
    return (long) Math.rint((resized - crop) / 2.0);
  }
}
