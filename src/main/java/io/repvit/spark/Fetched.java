package io.repvit.spark;

/** What became of reading one object. */
sealed interface Fetched {

  /**
   * A whole object.
   *
   * @param bytes as many as were listed
   */
  @SuppressWarnings("ArrayRecordComponent") // handed from one thread to one other, never shared
  record Bytes(ImageObject object, byte[] bytes) implements Fetched {}

  /** An object that was not read. */
  record Failed(Quarantined row) implements Fetched {}
}
