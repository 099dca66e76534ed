package io.repvit.image;

import java.nio.ByteBuffer;

/** WebP (RFC 9649). */
final class WebpCodec implements ImageCodec {
  @Override
  public boolean matches(EncodedBytes bytes) {
    return bytes.startsWith(0, "RIFF") && bytes.startsWith(8, "WEBP");
  }

  @Override
  public ImageHeader header(EncodedBytes bytes, Animated animated) throws ImageException {
    return WebpHeader.read(bytes, animated);
  }

  @Override
  public void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    WebpFrame frame = WebpHeader.firstFrame(bytes);
    if (frame == null) {
      context.engine.decode(header, factor, bytes, context, rgb);
      return;
    }
    var still =
        new ImageHeader(header.format(), frame.width(), frame.height(), 1, header.samples(), 1);
    context.engine.decode(still, factor, frame.still(bytes, context.encoded), context, rgb);
    frame.place(rgb, header.width(), header.height());
  }
}
