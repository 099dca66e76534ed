package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An {@link ImageDecoder} that gives an image up when it takes too long. One per thread.
 *
 * <p>A codec cannot be stopped. So an image that may take long is decoded on a thread of its own;
 * when its time is over, that thread and its decoder are left behind until the codec returns, and a
 * new decoder goes on. The headers of most images promise so little work that they are decoded on
 * the calling thread, where nothing is timed.
 */
public final class TimedDecoder implements AutoCloseable {
  /** 4 million pixels, times scans: 30 ms where it was measured. */
  private static final long UNTIMED_PIXELS = 4_000_000;

  /** Each holds a core, and memory for its image. */
  private static final int MOST_LEFT_BEHIND = 4;

  /** Images of this JVM whose time is over and whose codec has not returned. */
  private static final AtomicInteger LEFT_BEHIND = new AtomicInteger();

  private final ImageLimits limits;
  private final DecodeOptions options;
  private final int resizeShort;
  private final long limitMs;
  private ImageDecoder decoder;

  /**
   * As {@link ImageDecoder#ImageDecoder(ImageLimits, DecodeOptions, int)}, with the limits' time.
   */
  public TimedDecoder(ImageLimits limits, DecodeOptions options, int resizeShort) {
    this(limits, options, resizeShort, TimeUnit.SECONDS.toMillis(limits.maxSeconds()));
  }

  TimedDecoder(ImageLimits limits, DecodeOptions options, int resizeShort, long limitMs) {
    this.limits = limits;
    this.options = options;
    this.resizeShort = resizeShort;
    this.limitMs = limitMs;
    decoder = newDecoder();
  }

  private ImageDecoder newDecoder() {
    return new ImageDecoder(limits, options, resizeShort);
  }

  /**
   * As {@link ImageDecoder#decode(ByteBuffer)}.
   *
   * @throws CancellationException when the thread is interrupted meanwhile, whose mark is kept
   * @throws IllegalStateException when too many images before this one are still being decoded
   */
  public DecodedImage decode(ByteBuffer encoded) throws ImageException {
    EncodedBytes bytes = new EncodedBytes(encoded);
    ImageHeader header = decoder.header(bytes);
    long pixels = (long) header.width() * header.height() * header.scans();
    return pixels <= UNTIMED_PIXELS && !header.inks()
        ? decoder.decode(header, bytes)
        : decodeTimed(header, bytes);
  }

  private DecodedImage decodeTimed(ImageHeader header, EncodedBytes bytes) throws ImageException {
    if (LEFT_BEHIND.get() >= MOST_LEFT_BEHIND) {
      throw new IllegalStateException(
          String.format(
                  Locale.ROOT,
                  "the codecs of %d images that took longer than max-image-seconds have not returned;",
                  MOST_LEFT_BEHIND)
              + " see quarantine for them (TOO_SLOW), and leave them out");
    }
    CompletableFuture<DecodedImage> image = start(decoder, header, bytes);
    try {
      return image.get(limitMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LEFT_BEHIND.incrementAndGet();
      image.whenComplete((decoded, failure) -> LEFT_BEHIND.decrementAndGet());
      leaveBehind(image);
      throw new ImageException(
          Code.TOO_SLOW,
          String.format(
              Locale.ROOT,
              "%s of %dx%d, %d scans: not decoded after %d ms; raise max-image-seconds or leave it out",
              header.format(),
              header.width(),
              header.height(),
              header.scans(),
              limitMs));
    } catch (InterruptedException e) {
      leaveBehind(image);
      Thread.currentThread().interrupt();
      throw (CancellationException)
          new CancellationException("stopped while decoding").initCause(e);
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private static CompletableFuture<DecodedImage> start(
      ImageDecoder decoder, ImageHeader header, EncodedBytes bytes) {
    var image = new CompletableFuture<DecodedImage>();
    var thread =
        new Thread(
            () -> {
              try {
                image.complete(decoder.decode(header, bytes));
              } catch (Throwable t) {
                image.completeExceptionally(t);
              }
            },
            "repvit-decode");
    thread.setDaemon(true);
    thread.start();
    return image;
  }

  /** The decoder is closed by the thread that uses it, when the codec returns. */
  private void leaveBehind(CompletableFuture<DecodedImage> image) {
    ImageDecoder left = decoder;
    image.whenComplete((decoded, failure) -> left.close());
    decoder = newDecoder();
  }

  private static ImageException failure(ExecutionException e) {
    if (e.getCause() instanceof ImageException refusal) {
      return refusal;
    }
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException("decoding failed: " + e.getCause(), e);
  }

  static int leftBehind() {
    return LEFT_BEHIND.get();
  }

  @Override
  public void close() {
    decoder.close();
  }
}
