package io.repvit.inference;

import java.io.Serializable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An ONNX file in memory. Spark broadcasts it to the executors. The SHA-256 of the bytes identifies
 * it.
 *
 * @param name file name without folders, for messages and tables
 * @param sha256 SHA-256 of {@code bytes}, lower-case hex
 * @param bytes content of the file; nobody may modify it
 */
@SuppressWarnings(
    "ArrayRecordComponent") // The hash identifies a file; no caller compares the bytes.
public record ModelFile(String name, String sha256, byte[] bytes) implements Serializable {

  /** The largest file that is supported: 1 GiB. The file of RepViT-M2.3 has 92 MB. */
  public static final long MAX_BYTES = 1L << 30;

  public ModelFile {
    if (bytes.length == 0) {
      throw new IllegalArgumentException(name + ": is empty, expected an ONNX file");
    }
  }

  /** Creates a model file and computes its hash. */
  public static ModelFile of(String name, byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new ModelFile(name, HexFormat.of().formatHex(hash), bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
