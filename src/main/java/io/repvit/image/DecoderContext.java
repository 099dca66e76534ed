package io.repvit.image;

/** The pixel engine and the reused buffers of one decoder. */
final class DecoderContext {
  final PixelEngine engine;

  /** A copy of the encoded bytes, or of a part of them, for codecs that cannot read in place. */
  final DirectBytes encoded = new DirectBytes();

  /** Samples as stored, before conversion to RGB. */
  final DirectBytes samples = new DirectBytes();

  DecoderContext(PixelEngine engine) {
    this.engine = engine;
  }

  void release() {
    encoded.release();
    samples.release();
  }
}
