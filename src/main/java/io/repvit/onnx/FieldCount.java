package io.repvit.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Locale;

/**
 * Counts the fields of a message before any object is made of it: a field of two bytes becomes an
 * object of a hundred. Makes nothing itself, and does not look into unknown fields.
 *
 * <p>Source: <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers,
 * Encoding</a>.
 */
final class FieldCount {

  /** Some 0.2 GB of objects. The demonstration model, of 136 nodes, has 3,333. */
  static final int MAX_FIELDS = 1 << 20;

  /** As protobuf's own parser. */
  private static final int MAX_DEPTH = 100;

  /** Integers that are packed into one field take eight bytes each, as many fields a hundred. */
  private static final int PACKED_BYTES_PER_FIELD = 8;

  private final CodedInputStream in;
  private long fields;

  private FieldCount(byte[] message) {
    in = CodedInputStream.newInstance(message);
  }

  /**
   * Refuses a message of too many fields.
   *
   * @throws InvalidProtocolBufferException if it has more than {@link #MAX_FIELDS}, nests too deep
   *     or is damaged
   */
  static void requireModest(byte[] message, Descriptor type) throws InvalidProtocolBufferException {
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
      throw new InvalidProtocolBufferException("it nests deeper than " + MAX_DEPTH);
    }
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      count(1);
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_START_GROUP) {
        throw new InvalidProtocolBufferException("it has a group, which ONNX does not know");
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
   * A packed number of a byte becomes one of eight; floats and doubles stay as long as they are.
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
          String.format(Locale.ROOT, "it has more than %d fields", MAX_FIELDS));
    }
  }
}
