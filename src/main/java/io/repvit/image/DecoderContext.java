package io.repvit.image;

/** What one decoder has for its codecs: an engine, and memory that is kept from image to image. */
final class DecoderContext {
  final PixelEngine engine;

  /** The encoded bytes where a codec cannot read them in place, or less than all of them. */
  final DirectBytes encoded = new DirectBytes();

  /** Samples as they are stored, before they become RGB. */
  final DirectBytes samples = new DirectBytes();

  DecoderContext(PixelEngine engine) {
    this.engine = engine;
  }

  void release() {
    encoded.release();
    samples.release();
  }
}
