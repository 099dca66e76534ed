package io.repvit.onnx;

import java.util.List;

/** A named attribute of an ONNX node. */
public sealed interface Attribute {
  /** Returns the name of the attribute. */
  String name();

  /** Creates an INT attribute, for example {@code axis = 1}. */
  static Attribute of(String name, long value) {
    return new IntValue(name, value);
  }

  /** Creates an INTS attribute, for example {@code strides = [2, 2]}. */
  static Attribute of(String name, List<Long> values) {
    return new IntList(name, values);
  }

  /** Creates a FLOAT attribute, for example {@code epsilon = 1e-5}. */
  static Attribute of(String name, float value) {
    return new FloatValue(name, value);
  }

  /** Creates a STRING attribute, for example {@code approximate = "tanh"}. */
  static Attribute of(String name, String value) {
    return new StringValue(name, value);
  }

  /** An attribute of type INT. */
  record IntValue(String name, long value) implements Attribute {}

  /** An attribute of type INTS. */
  record IntList(String name, List<Long> values) implements Attribute {
    public IntList {
      values = List.copyOf(values);
    }
  }

  /** An attribute of type FLOAT. */
  record FloatValue(String name, float value) implements Attribute {}

  /** An attribute of type STRING. */
  record StringValue(String name, String value) implements Attribute {}
}
