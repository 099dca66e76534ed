package io.repvit.analytics.duplicates;

import java.util.Locale;

/** Why two images are duplicates of each other. */
public enum Relation {
  /** Their bytes are equal. */
  BYTES("content_sha256"),

  /** Their perceptual hashes differ in few bits. */
  PICTURE("phash"),

  /** Their embeddings have nearly the same direction. */
  SUBJECT("embedding");

  private final String column;

  Relation(String column) {
    this.column = column;
  }

  /** The column of predictions that decides. */
  String column() {
    return column;
  }

  /** The name in tables and settings. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
