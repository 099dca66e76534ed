package io.repvit.metrics;

import java.io.Serializable;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A fingerprint of a data set: the sum over its objects, modulo 2<sup>256</sup>, of {@code
 * SHA-256(path, 0x00, version)}, where the version is the ETag, or length and modification time
 * where there is none. Sums have no order, so the same objects give the same digest whatever the
 * partitions, and an object that counts twice changes it. It tells data sets apart that differ by
 * accident; a sum can be forged by who may choose a great many names.
 *
 * @param hex 64 lower-case hex digits
 */
public record InputDigest(String hex) implements Serializable {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

  /** Of no objects. */
  public static final InputDigest EMPTY = new InputDigest("0".repeat(64));

  public InputDigest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("'" + hex + "' is not 64 lower-case hex digits");
    }
  }

  /** Of both together. */
  public InputDigest plus(InputDigest o) {
    BigInteger sum = new BigInteger(hex, 16).add(new BigInteger(o.hex, 16)).mod(MODULUS);
    return new InputDigest(String.format(Locale.ROOT, "%064x", sum));
  }

  /** Of one task, on one thread. */
  public static final class Recorder {
    private static final int WORDS = 4;

    private final MessageDigest sha256;
    private final byte[] times = new byte[2 * Long.BYTES];
    private final ByteBuffer version = ByteBuffer.wrap(times);

    /** Most significant first. */
    private final long[] sum = new long[WORDS];

    public Recorder() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JVM has SHA-256", e);
      }
    }

    /** Adds an object; the version is {@code etag}, or else the two numbers, big-endian. */
    public void add(String path, @Nullable String etag, long length, long modifiedAt) {
      sha256.update(path.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) 0);
      if (etag == null) {
        version.putLong(0, length).putLong(Long.BYTES, modifiedAt);
        sha256.update(times);
      } else {
        sha256.update(etag.getBytes(StandardCharsets.UTF_8));
      }
      ByteBuffer words = ByteBuffer.wrap(sha256.digest());
      long carry = 0;
      for (int i = WORDS - 1; i >= 0; i--) {
        long word = words.getLong(i * Long.BYTES);
        long s = sum[i] + word;
        long overflow = Long.compareUnsigned(s, word) < 0 ? 1 : 0;
        sum[i] = s + carry;
        carry = overflow + (carry == 1 && sum[i] == 0 ? 1 : 0);
      }
    }

    /** Of what was added so far. */
    public InputDigest total() {
      return new InputDigest(
          String.format(Locale.ROOT, "%016x%016x%016x%016x", sum[0], sum[1], sum[2], sum[3]));
    }
  }
}
