package io.repvit.onnx;

/** The multiply-accumulates (MACs) of a model's convolutions and linear layers per image. */
public sealed interface Macs {

  /** The exact count. */
  record Known(long count) implements Macs {}

  /**
   * The count is unknown.
   *
   * @param why names the node that could not be counted
   */
  record Unknown(String why) implements Macs {}
}
