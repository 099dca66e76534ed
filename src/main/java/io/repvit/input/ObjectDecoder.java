package io.repvit.input;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.hadoop.io.WritableUtils;
import org.jspecify.annotations.Nullable;

/** Reads what {@link ObjectEncoder} wrote from one restart on. */
final class ObjectDecoder implements Iterator<ImageObject> {
  private final DataInputStream in;
  private int left;
  private byte[] path = {};

  /**
   * @param objects how many stand in {@code bytes}
   */
  ObjectDecoder(byte[] bytes, int objects) {
    in = new DataInputStream(new ByteArrayInputStream(bytes));
    left = objects;
  }

  @Override
  public boolean hasNext() {
    return left > 0;
  }

  @Override
  public ImageObject next() {
    if (left == 0) {
      throw new NoSuchElementException();
    }
    left--;
    try {
      return read();
    } catch (IOException e) {
      throw new UncheckedIOException("the plan of the run is damaged", e);
    }
  }

  private ImageObject read() throws IOException {
    int shared = WritableUtils.readVInt(in);
    int rest = WritableUtils.readVInt(in);
    path = Arrays.copyOf(Arrays.copyOf(path, shared), shared + rest);
    in.readFully(path, shared, rest);
    long length = WritableUtils.readVLong(in);
    long modifiedAt = WritableUtils.readVLong(in);
    String etag = readText();
    int columns = WritableUtils.readVInt(in);
    Map<String, String> carried = new HashMap<>();
    for (int i = 0; i < columns; i++) {
      carried.put(requireText(), requireText());
    }
    String code = readText();
    ImageObject.Fault fault = code == null ? null : new ImageObject.Fault(code, requireText());
    return new ImageObject(
        new String(path, StandardCharsets.UTF_8), length, modifiedAt, etag, carried, fault);
  }

  private String requireText() throws IOException {
    String text = readText();
    if (text == null) {
      throw new EOFException("a text is missing");
    }
    return text;
  }

  private @Nullable String readText() throws IOException {
    int length = WritableUtils.readVInt(in);
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
