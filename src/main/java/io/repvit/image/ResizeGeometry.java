package io.repvit.image;

/**
 * Where the model's input lies in the resized picture, by the rules of torchvision's {@code Resize}
 * of a short side and {@code CenterCrop}.
 *
 * @param resizedWidth columns of the whole resized picture, of which only the crop is computed
 * @param resizedHeight rows of the whole resized picture
 * @param left first column of the crop
 * @param top first row of the crop
 */
record ResizeGeometry(long resizedWidth, long resizedHeight, long left, long top) {

  static ResizeGeometry of(int width, int height, Preprocessing preprocessing) {
    int resizeShort = preprocessing.resizeShort();
    int shorter = Math.min(width, height);
    // Python's int(size * long / short): an exact product, a double quotient, truncated.
    long longer = (long) ((double) ((long) resizeShort * Math.max(width, height)) / shorter);
    long resizedWidth = width <= height ? resizeShort : longer;
    long resizedHeight = width <= height ? longer : resizeShort;
    return new ResizeGeometry(
        resizedWidth,
        resizedHeight,
        centre(resizedWidth, preprocessing.width()),
        centre(resizedHeight, preprocessing.height()));
  }

  /** Python's int(round(x)), which rounds halves to even. */
  private static long centre(long resized, int crop) {
    return (long) Math.rint((resized - crop) / 2.0);
  }
}
