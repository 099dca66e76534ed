package io.repvit.onnx;

/** Multiply-accumulates of a model's convolutions and linear maps, per image. */
public sealed interface Macs {

  /** All of them could be counted. */
  record Known(long count) implements Macs {}

  /**
   * One at least could not be.
   *
   * @param why which, in a few words
   */
  record Unknown(String why) implements Macs {}
}
