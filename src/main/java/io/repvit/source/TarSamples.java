package io.repvit.source;

import io.repvit.source.Quarantined.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a tar file that have begun. Their images wait for what is carried with them, which
 * may stand behind them, also behind members of other samples; when nothing is carried, they do not
 * wait. When too much waits, the oldest sample ends; what comes of it later gets rows that say so.
 */
final class TarSamples {
  /** Longest member that is carried: 64 KiB. */
  static final int MAX_CARRIED_BYTES = 64 << 10;

  /** Most samples that wait: 1,024. */
  private static final int MAX_WAITING = 1024;

  private final List<String> carry;
  private final long maxBytes;
  private final Shard.Sink sink;
  private final Map<String, Sample> waiting = new LinkedHashMap<>();

  /** Keys of samples that have ended. */
  private final MemberNames ended = new MemberNames();

  private @Nullable Sample current;
  private long bytes;

  /**
   * @param maxBytes most bytes of images and carried members that wait
   */
  TarSamples(List<String> carry, long maxBytes, Shard.Sink sink) {
    this.carry = carry;
    this.maxBytes = maxBytes;
    this.sink = sink;
  }

  private static final class Sample {
    private final String key;

    /** Whether members of it have come before and are gone. */
    private final boolean again;

    private final List<Fetched> images = new ArrayList<>();
    private final Map<String, String> carried = new HashMap<>();
    private final List<SourceObject> members = new ArrayList<>();
    private long bytes;
    private @Nullable String refusal;

    Sample(String key, boolean again) {
      this.key = key;
      this.again = again;
    }
  }

  /** Members of the sample {@code key} follow. */
  private Sample begin(String key) throws IOException {
    if (current != null && !current.key.equals(key) && hasAll(current)) {
      end(current);
    }
    Sample sample = waiting.get(key);
    if (sample == null) {
      sample = new Sample(key, ended.contains(key));
      waiting.put(key, sample);
    }
    current = sample;
    endOldest(0);
    return sample;
  }

  private boolean hasAll(Sample sample) {
    return !sample.images.isEmpty()
        && (sample.refusal != null || sample.carried.keySet().containsAll(carry));
  }

  /** Makes room for {@code more} bytes, as far as other samples than the current take it. */
  private void endOldest(long more) throws IOException {
    while (waiting.size() > 1 && (waiting.size() > MAX_WAITING || bytes + more > maxBytes)) {
      Iterator<Sample> oldest = waiting.values().iterator();
      Sample first = oldest.next();
      end(first == current ? oldest.next() : first);
    }
  }

  boolean carries(String extension) {
    return carry.contains(extension);
  }

  /** Of a sample that is not fit to be carried no image is taken. */
  void refuse(String key, String reason) throws IOException {
    begin(key).refusal = reason;
  }

  /**
   * @param object the member, for a row of its own when its sample has gone
   */
  void carry(String key, String extension, SourceObject object, byte[] text) throws IOException {
    Sample sample = begin(key);
    endOldest(text.length);
    sample.carried.put(extension, new String(text, StandardCharsets.UTF_8));
    sample.members.add(object);
    grow(sample, text.length);
  }

  void add(String key, Fetched image) throws IOException {
    if (carry.isEmpty()) {
      sink.accept(image);
      return;
    }
    Sample sample = begin(key);
    long length = image instanceof Fetched.Bytes b ? b.bytes().length : 0;
    endOldest(length);
    if (image instanceof Fetched.Bytes b && bytes + length > maxBytes) {
      sample.images.add(
          ObjectReader.failed(
              b.object(),
              Stage.LIST,
              "TOO_MANY_BYTES",
              String.format(
                  Locale.ROOT, "the images of sample %s have more than %d bytes", key, maxBytes)));
    } else {
      sample.images.add(image);
      grow(sample, length);
    }
  }

  private void grow(Sample sample, long more) {
    sample.bytes += more;
    bytes += more;
  }

  private void end(Sample sample) throws IOException {
    waiting.remove(sample.key);
    ended.add(sample.key);
    bytes -= sample.bytes;
    boolean apart = sample.again && !hasAll(sample);
    String refusal =
        apart
            ? String.format(
                Locale.ROOT,
                "of sample %s other members stand far before; to carry %s, pack the members of a sample one behind the other",
                sample.key,
                String.join(" ", carry))
            : sample.refusal;
    for (Fetched image : sample.images) {
      sink.accept(
          refusal != null && image instanceof Fetched.Bytes b
              ? ObjectReader.failed(
                  b.object(), Stage.LIST, apart ? "CARRIED_APART" : "CARRIED_TOO_LONG", refusal)
              : image.carrying(sample.carried));
    }
    if (!sample.images.isEmpty()) {
      return;
    }
    for (SourceObject member : sample.members) {
      if (apart && refusal != null) {
        sink.accept(ObjectReader.failed(member, Stage.LIST, "CARRIED_APART", refusal));
      } else {
        sink.leaveOut();
      }
    }
  }

  /** Hands out what waits. */
  void end() throws IOException {
    for (Sample sample : List.copyOf(waiting.values())) {
      end(sample);
    }
  }

  /**
   * Hands out what waits. Of the last sample's images nobody knows whether all that they should
   * carry has been read, unless it has.
   */
  void breakOff(IOException failure) throws IOException {
    if (current != null && waiting.containsKey(current.key) && !hasAll(current)) {
      Sample last = current;
      for (int i = 0; i < last.images.size(); i++) {
        if (last.images.get(i) instanceof Fetched.Bytes b) {
          last.images.set(i, ObjectReader.failed(b.object(), failure));
        }
      }
    }
    end();
  }
}
