package io.repvit.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Locale;

/**
 * Counts the fields of a protobuf message before it is parsed. Parsing turns a field of two bytes
 * into an object of a hundred, so a small file could exhaust the memory. The count allocates
 * nothing per field and skips unknown fields.
 *
 * <p>Source: <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers,
 * Encoding</a>.
 */
final class FieldCount {

  /**
   * Limits the parsed objects to about 0.2 GB. The demonstration model has 136 nodes and 3,333
   * fields.
   */
  static final int MAX_FIELDS = 1 << 20;

  /** The nesting limit of protobuf's own parser. */
  private static final int MAX_DEPTH = 100;

  /**
   * A packed integer takes 8 bytes of memory once parsed, so this many packed bytes count as a
   * field.
   */
  private static final int PACKED_BYTES_PER_FIELD = 8;

  private final CodedInputStream in;
  private long fields;

  private FieldCount(byte[] message) {
    in = CodedInputStream.newInstance(message);
  }

  /**
   * Refuses a message with too many fields.
   *
   * @throws InvalidProtocolBufferException if it has more than {@link #MAX_FIELDS} fields, nests
   *     too deeply or is damaged
   */
  static void requireWithinLimit(byte[] message, Descriptor type)
      throws InvalidProtocolBufferException {
    try {
      new FieldCount(message).message(type, 0);
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
  }

  private void message(Descriptor type, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new InvalidProtocolBufferException(
          "messages nest deeper than " + MAX_DEPTH + " levels");
    }
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      count(1);
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_START_GROUP) {
        throw new InvalidProtocolBufferException(
            "the file has a protobuf group, which ONNX does not use");
      }
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED || field == null) {
        in.skipField(tag);
        continue;
      }
      int length = in.readRawVarint32();
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        int outer = in.pushLimit(length);
        message(field.getMessageType(), depth + 1);
        in.popLimit(outer);
      } else {
        count(growsUnpacked(field) ? length / PACKED_BYTES_PER_FIELD : 0);
        in.skipRawBytes(length);
      }
    }
  }

  /**
   * Returns whether packed values grow when they are parsed: an integer of one byte takes eight
   * bytes in memory. Floats and doubles keep their size.
   */
  private static boolean growsUnpacked(FieldDescriptor field) {
    return field.isPackable()
        && field.getJavaType() != FieldDescriptor.JavaType.FLOAT
        && field.getJavaType() != FieldDescriptor.JavaType.DOUBLE;
  }

  private void count(int more) throws IOException {
    fields += more;
    if (fields > MAX_FIELDS) {
      throw new InvalidProtocolBufferException(
          String.format(Locale.ROOT, "the file has more than %d protobuf fields", MAX_FIELDS));
    }
  }
}
