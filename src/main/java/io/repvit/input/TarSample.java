package io.repvit.input;

import io.repvit.input.Quarantined.Stage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sample that is being read. Its images wait for what is carried with them, which may stand
 * behind them; when nothing is carried, they do not wait.
 */
final class TarSample {
  /** Longest member that is carried: 64 KiB. */
  static final int MAX_CARRIED_BYTES = 64 << 10;

  private final List<String> carry;
  private final long maxBytes;
  private final Shard.Sink sink;
  private final List<Fetched> images = new ArrayList<>();
  private final Map<String, String> carried = new HashMap<>();
  private String key = "";
  private long bytes;
  private @Nullable String refusal;

  /**
   * @param maxBytes most bytes of images that wait
   */
  TarSample(List<String> carry, long maxBytes, Shard.Sink sink) {
    this.carry = carry;
    this.maxBytes = maxBytes;
    this.sink = sink;
  }

  /** Members of {@code next} follow; those of another sample are complete. */
  void begin(String next) throws InterruptedIOException {
    if (!next.equals(key)) {
      end();
      key = next;
    }
  }

  boolean carries(String extension) {
    return carry.contains(extension);
  }

  /** Of a sample that is not fit to be carried no image is taken. */
  void refuse(String reason) {
    refusal = reason;
  }

  void carry(String extension, byte[] text) {
    carried.put(extension, new String(text, StandardCharsets.UTF_8));
  }

  void add(Fetched image) throws InterruptedIOException {
    if (carry.isEmpty()) {
      sink.accept(image);
    } else if (image instanceof Fetched.Bytes b && bytes + b.bytes().length > maxBytes) {
      images.add(
          ObjectReader.failed(
              b.object(),
              Stage.LIST,
              "TOO_MANY_BYTES",
              "the images of sample %s have more than %d bytes".formatted(key, maxBytes)));
    } else {
      images.add(image);
      bytes += image instanceof Fetched.Bytes b ? b.bytes().length : 0;
    }
  }

  /** Hands out what waits. */
  void end() throws InterruptedIOException {
    for (Fetched image : images) {
      sink.accept(
          refusal != null && image instanceof Fetched.Bytes b
              ? ObjectReader.failed(b.object(), Stage.LIST, "CARRIED_TOO_LONG", refusal)
              : image.carrying(carried));
    }
    clear();
  }

  /** Of the images that wait nobody knows whether all that they should carry has been read. */
  void breakOff(IOException failure) throws InterruptedIOException {
    for (Fetched image : images) {
      sink.accept(
          image instanceof Fetched.Bytes b ? ObjectReader.failed(b.object(), failure) : image);
    }
    clear();
  }

  private void clear() {
    images.clear();
    carried.clear();
    bytes = 0;
    refusal = null;
  }
}
