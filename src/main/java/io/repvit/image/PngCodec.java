package io.repvit.image;

import java.nio.ByteBuffer;

/** PNG (W3C PNG, third edition). */
final class PngCodec implements ImageCodec {
  @Override
  public boolean matches(EncodedBytes bytes) {
    return bytes.startsWith(0, PngHeader.SIGNATURE);
  }

  @Override
  public ImageHeader header(EncodedBytes bytes, Animated animated) throws ImageException {
    return PngHeader.read(bytes, animated);
  }

  @Override
  public void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    context.engine.decode(header, factor, bytes, context, rgb);
  }
}
