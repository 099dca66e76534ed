package io.repvit.onnx;

import java.util.List;

/** A named constant of a node. */
public sealed interface Attribute {
  String name();

  /** As {@code axis = 1}. */
  static Attribute of(String name, long value) {
    return new Whole(name, value);
  }

  /** As {@code strides = [2, 2]}. */
  static Attribute of(String name, List<Long> values) {
    return new Wholes(name, values);
  }

  /** As {@code epsilon = 1e-5}. */
  static Attribute of(String name, float value) {
    return new Real(name, value);
  }

  /** As {@code approximate = "tanh"}. */
  static Attribute of(String name, String value) {
    return new Text(name, value);
  }

  /** ONNX type INT. */
  record Whole(String name, long value) implements Attribute {}

  /** ONNX type INTS. */
  record Wholes(String name, List<Long> values) implements Attribute {
    public Wholes {
      values = List.copyOf(values);
    }
  }

  /** ONNX type FLOAT. */
  record Real(String name, float value) implements Attribute {}

  /** ONNX type STRING. */
  record Text(String name, String value) implements Attribute {}
}
