package io.repvit.image;

import java.util.Locale;

/**
 * The hashes of an image that stay similar when the image is scaled or encoded again, as ImageHash
 * 4.3.2 computes them. The number of bits that differ tells how far two images are apart.
 *
 * @param phash perceptual hash: 64 bits of a cosine transform, the first one in the highest bit
 * @param dhash difference hash: 64 comparisons of neighbours, the first one in the highest bit
 */
public record ImageHashes(long phash, long dhash) {

  /** Returns a hash in the form of ImageHash's {@code str}: 16 hexadecimal digits. */
  public static String hex(long hash) {
    return String.format(Locale.ROOT, "%016x", hash);
  }
}
