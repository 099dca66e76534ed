package io.repvit.image;

import java.nio.ByteBuffer;

/** JPEG (ITU-T T.81). */
final class JpegCodec implements ImageCodec {
  @Override
  public boolean matches(EncodedBytes bytes) {
    return bytes.startsWith(0, "\u00ff\u00d8\u00ff");
  }

  @Override
  public ImageHeader header(EncodedBytes bytes, Animated animated) throws ImageException {
    return JpegHeader.read(bytes);
  }

  @Override
  public void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    if (header.isCmyk()) {
      JdkJpeg.decodeCmyk(header, bytes, context, rgb);
    } else {
      context.engine.decode(header.reduced(factor), factor, bytes, context, rgb);
    }
  }
}
