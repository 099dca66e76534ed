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
 * The incomplete samples of a tar file. Images wait until the members that are carried with them
 * are read, because these may follow later, also after members of other samples. Without carried
 * members images do not wait. When too many samples or bytes wait, the oldest sample is ended; its
 * later members are quarantined.
 */
final class TarSamples {
  /** Largest member that is carried: 64 KiB. */
  static final int MAX_CARRIED_BYTES = 64 << 10;

  /** Largest number of samples that wait. */
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
   * @param maxBytes largest total size of the images and carried members that wait
   */
  TarSamples(List<String> carry, long maxBytes, Shard.Sink sink) {
    this.carry = carry;
    this.maxBytes = maxBytes;
    this.sink = sink;
  }

  private static final class Sample {
    private final String key;

    /** Whether the sample was ended before, and more members follow. */
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

  /** Makes {@code key} the current sample. */
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

  /** Ends the oldest samples, except the current one, until {@code more} bytes fit. */
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

  /** Quarantines the images of a sample, because a member cannot be carried. */
  void refuse(String key, String reason) throws IOException {
    begin(key).refusal = reason;
  }

  /**
   * Adds a carried member.
   *
   * @param object the member, for its own quarantine row if its sample was ended before
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
                  Locale.ROOT,
                  "the images of sample %s have more than %d bytes (max-image-bytes)",
                  key,
                  maxBytes)));
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
                "other members of sample %s are too far before this one to carry %s; pack the members of a sample next to each other",
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

  /** Ends all samples. */
  void end() throws IOException {
    for (Sample sample : List.copyOf(waiting.values())) {
      end(sample);
    }
  }

  /**
   * Ends all samples after a failure. The images of the current sample are quarantined unless the
   * sample is complete.
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
