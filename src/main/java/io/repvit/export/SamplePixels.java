package io.repvit.export;

import io.repvit.checkpoint.Sha256;
import io.repvit.image.DecodedImage;
import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageException;
import io.repvit.image.ImageLimits;
import io.repvit.image.Orientation;
import io.repvit.image.Preprocessing;
import io.repvit.image.Resampler;
import io.repvit.inference.Precision.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decodes and preprocesses images as {@code classify} does, and records which images were loaded.
 */
final class SamplePixels implements AutoCloseable {
  private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF);
  private final Resampler resampler;
  private final Set<String> hashes = new TreeSet<>();

  SamplePixels(Preprocessing preprocessing) {
    resampler = new Resampler(preprocessing);
  }

  /**
   * Decodes an image into a slot of a batch.
   *
   * @throws ExportException if the image cannot be decoded
   */
  void load(SampleImage image, FloatBuffer slot) throws IOException {
    byte[] bytes = image.read();
    DecodedImage pixels;
    try {
      pixels = decoder.decode(ByteBuffer.wrap(bytes));
    } catch (ImageException e) {
      throw new ExportException(
          String.format(
              Locale.ROOT,
              "image %s cannot be decoded: %s; remove it from the sample",
              image.name(),
              e.getMessage()));
    }
    resampler.resize(pixels, slot);
    hashes.add(Sha256.of(bytes));
  }

  /** Returns the images that were loaded. Images with the same content count once. */
  Sample sample() {
    String lines = String.join("\n", hashes);
    return new Sample(hashes.size(), Sha256.of(lines.getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public void close() {
    decoder.close();
    resampler.close();
  }
}
