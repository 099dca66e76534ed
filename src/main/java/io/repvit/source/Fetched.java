package io.repvit.source;

import java.util.Map;

/** The result of reading one image: its bytes, or a quarantine row. */
public sealed interface Fetched {

  /** Returns this result with other carried columns. */
  Fetched carrying(Map<String, String> carried);

  /**
   * A whole image.
   *
   * @param bytes the encoded image; its length equals the listed length
   */
  @SuppressWarnings("ArrayRecordComponent") // one thread hands it over to another
  record Bytes(SourceObject object, byte[] bytes) implements Fetched {
    @Override
    public Fetched carrying(Map<String, String> carried) {
      return new Bytes(object.carrying(carried), bytes);
    }
  }

  /** An image that was not read. */
  record Failed(Quarantined row) implements Fetched {
    @Override
    public Fetched carrying(Map<String, String> carried) {
      return new Failed(
          new Quarantined(row.object().carrying(carried), row.stage(), row.code(), row.message()));
    }
  }
}
