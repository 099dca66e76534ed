package io.repvit.source;

import java.util.Map;

/** What became of reading one object. */
public sealed interface Fetched {

  /** The same with other columns carried. */
  Fetched carrying(Map<String, String> carried);

  /**
   * A whole object.
   *
   * @param bytes as many as were listed
   */
  @SuppressWarnings("ArrayRecordComponent") // handed from one thread to one other, never shared
  record Bytes(SourceObject object, byte[] bytes) implements Fetched {
    @Override
    public Fetched carrying(Map<String, String> carried) {
      return new Bytes(object.carrying(carried), bytes);
    }
  }

  /** An object that was not read. */
  record Failed(Quarantined row) implements Fetched {
    @Override
    public Fetched carrying(Map<String, String> carried) {
      return new Failed(
          new Quarantined(row.object().carrying(carried), row.stage(), row.code(), row.message()));
    }
  }
}
