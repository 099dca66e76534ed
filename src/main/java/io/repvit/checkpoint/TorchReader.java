package io.repvit.checkpoint;

import static io.repvit.checkpoint.CheckpointException.quoted;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.repvit.checkpoint.PickleValue.Storage;
import io.repvit.checkpoint.PickleValue.StridedTensor;
import io.repvit.checkpoint.ZipDirectory.Entry;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the zip files that {@code torch.save} writes since PyTorch 1.6. The entry {@code data.pkl}
 * lists the tensors; each storage is a zip entry of its own, not compressed. The zip directory and
 * the pickle are read first. Then one pass over the file reads the needed storages and hashes all
 * bytes.
 *
 * <p>Source: <a href="https://docs.pytorch.org/docs/stable/notes/serialization.html">PyTorch,
 * Serialization semantics</a>.
 */
final class TorchReader {

  /** 16 MiB. The pickle of RepViT-M2.3 with its optimiser has 0.57 MB. */
  static final int MAX_PICKLE_BYTES = 16 << 20;

  private static final String PICKLE = "data.pkl";
  private static final int MAX_BYTE_ORDER_BYTES = 16;

  private final String file;
  private final FileChannel channel;
  private final ZipDirectory zip;
  private final String folder;

  private TorchReader(String file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.zip = ZipDirectory.read(file, channel);
    this.folder = folder();
  }

  /**
   * Reads the tensors of one dictionary in a file.
   *
   * @param file name for messages
   * @param key of the dictionary, or null for the default one, see {@link StateDict#select}
   * @throws CheckpointException if the file breaks the format or a limit
   */
  static Checkpoint read(String file, Path path, @Nullable String key) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      return new TorchReader(file, channel).read(key);
    }
  }

  /** A storage to read, and the tensors that are views of it. */
  private record Needed(Entry entry, Storage storage, DType dtype, Map<String, Strides> views) {}

  private Checkpoint read(@Nullable String key) throws IOException {
    byte[] pickle = required(PICKLE, MAX_PICKLE_BYTES);
    ByteOrder order = byteOrder();
    StateDict dict = StateDict.select(file, PickleReader.read(file, pickle), key);
    Map<String, Tensor> tensors = new HashMap<>();
    var in = new HashedInput(file, Channels.newInputStream(channel.position(0)));
    for (Needed needed : needed(dict)) {
      in.skipTo(needed.entry().header());
      in.skipTo(needed.entry().data(file, in.bytes(ZipDirectory.LOCAL_BYTES)));
      float[] values = in.floats(needed.dtype(), order, (int) needed.storage().length());
      needed
          .views()
          .forEach((name, v) -> tensors.put(name, new Tensor(v.shape(), v.gather(values))));
    }
    in.skipTo(zip.offset());
    boolean same = Arrays.equals(zip.bytes(), in.bytes(zip.bytes().length));
    String sha256 = in.end();
    if (!same || !Arrays.equals(pickle, required(PICKLE, MAX_PICKLE_BYTES))) {
      throw new CheckpointException(file, "changed while it was read");
    }
    return new Checkpoint(dict.name(), sha256, tensors);
  }

  private String folder() {
    List<String> pickles =
        zip.entries().keySet().stream()
            .filter(n -> n.indexOf('/') == n.length() - PICKLE.length() - 1 && n.endsWith(PICKLE))
            .toList();
    if (pickles.size() != 1) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "is a zip file with %d entries <name>/data.pkl, expected one as torch.save writes it",
              pickles.size()));
    }
    String folder = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
    if (zip.entries().containsKey(folder + "constants.pkl")) {
      throw new CheckpointException(
          file, "is a TorchScript program; save only the weights with torch.save");
    }
    return folder;
  }

  private byte[] required(String name, int maxBytes) throws IOException {
    byte[] bytes = zip.find(file, channel, folder + name, maxBytes);
    if (bytes == null) {
      throw new CheckpointException(file, "has no zip entry " + quoted(folder + name));
    }
    return bytes;
  }

  /** Reads the byte order. PyTorch before 2.1 did not write it; such files are little-endian. */
  private ByteOrder byteOrder() throws IOException {
    byte[] bytes = zip.find(file, channel, folder + "byteorder", MAX_BYTE_ORDER_BYTES);
    String order = bytes == null ? "little" : new String(bytes, US_ASCII);
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new CheckpointException(
              file,
              String.format(
                  Locale.ROOT, "has byte order %s, expected 'little' or 'big'", quoted(order)));
    };
  }

  /** Returns the storages to read, in the order of the file. */
  private List<Needed> needed(StateDict dict) {
    var budget = new TensorBudget(dict.name());
    Map<String, Needed> byKey = new HashMap<>();
    dict.tensors()
        .forEach(
            (name, tensor) -> {
              Shape shape = budget.admit(name, tensor.dims());
              Storage storage = tensor.storage();
              Needed needed =
                  byKey.computeIfAbsent(storage.key(), k -> needed(dict.name(), name, storage));
              if (!needed.storage().equals(storage)) {
                throw CheckpointException.of(
                    dict.name(),
                    name,
                    "declares another type or length for its storage than an earlier tensor");
              }
              needed.views().put(name, strides(dict.name(), name, shape, tensor));
            });
    var ordered = new ArrayList<>(byKey.values());
    ordered.sort((a, b) -> Long.compare(a.entry().header(), b.entry().header()));
    return ordered;
  }

  private Needed needed(String name, String tensor, Storage storage) {
    DType dtype = storage.type().dtype();
    if (dtype == null) {
      throw CheckpointException.of(
          name,
          tensor,
          String.format(
              Locale.ROOT,
              "is a torch.%s, expected float, half, bfloat16 or double weights",
              storage.type().name()));
    }
    Entry entry = zip.entries().get(folder + "data/" + storage.key());
    if (entry == null) {
      throw CheckpointException.of(
          name,
          tensor,
          String.format(
              Locale.ROOT,
              "refers to the storage %s, which the file does not have",
              quoted(storage.key())));
    }
    if (entry.size() % dtype.bytes() != 0 || entry.size() / dtype.bytes() != storage.length()) {
      throw CheckpointException.of(
          name,
          tensor,
          String.format(
              Locale.ROOT,
              "has a storage of %d bytes, expected %d elements of %s with %d bytes each",
              entry.size(),
              storage.length(),
              dtype,
              dtype.bytes()));
    }
    if (storage.length() > TensorBudget.MAX_VALUES) {
      throw CheckpointException.of(
          name,
          tensor,
          String.format(
              Locale.ROOT,
              "has a storage of %d elements, at most %d are supported",
              storage.length(),
              TensorBudget.MAX_VALUES));
    }
    return new Needed(entry, storage, dtype, new TreeMap<>());
  }

  private static Strides strides(String name, String tensor, Shape shape, StridedTensor t) {
    try {
      return Strides.within(t.storage().length(), shape, t.offset(), t.strides());
    } catch (ArithmeticException e) {
      throw CheckpointException.of(
          name,
          tensor,
          String.format(
              Locale.ROOT,
              "has values outside of its storage of %d elements: shape %s, strides %s from element %d",
              t.storage().length(),
              shape,
              t.strides(),
              t.offset()));
    }
  }
}
