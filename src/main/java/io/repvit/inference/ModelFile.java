package io.repvit.inference;

import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An ONNX file in memory, as it is broadcast. Identity is the hash of the bytes.
 *
 * @param name file name without folders, for messages and tables
 * @param sha256 hash of {@code bytes}, lower-case hex
 * @param bytes the file, not to be modified
 */
@SuppressWarnings("ArrayRecordComponent") // one owner writes it, broadcast only reads it
public record ModelFile(String name, String sha256, byte[] bytes) implements Serializable {

  /** Largest file that is read: 1 GiB; RepViT-M2.3 has 92 MB. */
  public static final long MAX_BYTES = 1L << 30;

  public ModelFile {
    if (bytes.length == 0) {
      throw new IllegalArgumentException(name + " is empty, expected an ONNX file");
    }
  }

  /** Wraps a file's bytes and hashes them. */
  public static ModelFile of(String name, byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new ModelFile(name, HexFormat.of().formatHex(hash), bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
