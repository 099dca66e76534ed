package io.repvit.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Computes SHA-256 hashes, which identify files. */
public final class Sha256 {
  private Sha256() {}

  /** Returns the hash of bytes in lower-case hex. */
  public static String of(byte[] bytes) {
    return hex(digest(), bytes);
  }

  /** Returns the hash of a file in lower-case hex. The file is streamed, not loaded. */
  public static String of(Path file) throws IOException {
    MessageDigest digest = digest();
    try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return hex(digest);
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds {@code last} to the digest, finishes it, and returns the hash in lower-case hex. */
  static String hex(MessageDigest digest, byte... last) {
    return HexFormat.of().formatHex(digest.digest(last));
  }
}
