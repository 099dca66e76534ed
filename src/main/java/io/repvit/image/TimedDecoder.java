package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An {@link ImageDecoder} that gives an image up when it takes too much processor time. One per
 * thread.
 *
 * <p>An image that may take long is decoded on a thread of its own, whose processor time is
 * watched: a machine under load makes no image slow. When the time is over, the thread is
 * interrupted. Codecs in Java stop at their next read (see {@link BufferInput}); a native codec
 * cannot be stopped, so its thread and its decoder are {@link LeftBehind} until it returns, and a
 * new decoder takes the next image. The headers of most images promise so little work that they are
 * decoded on the calling thread, where nothing is timed.
 */
public final class TimedDecoder implements AutoCloseable {
  /** 4 million pixels, times scans: 30 ms where it was measured. */
  private static final long UNTIMED_PIXELS = 4_000_000;

  /** On the clock an image may take so many times its processor time. */
  private static final int CLOCK_FACTOR = 20;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final ImageLimits limits;
  private final DecodeOptions options;
  private final int resizeShort;
  private final long limitMs;
  private final long clockMs;
  private ImageDecoder decoder;

  /**
   * As {@link ImageDecoder#ImageDecoder(ImageLimits, DecodeOptions, int)}, with the limits' time.
   */
  public TimedDecoder(ImageLimits limits, DecodeOptions options, int resizeShort) {
    this(limits, options, resizeShort, TimeUnit.SECONDS.toMillis(limits.maxSeconds()));
  }

  private TimedDecoder(ImageLimits limits, DecodeOptions options, int resizeShort, long limitMs) {
    this(limits, options, resizeShort, limitMs, CLOCK_FACTOR * limitMs);
  }

  TimedDecoder(
      ImageLimits limits, DecodeOptions options, int resizeShort, long limitMs, long clockMs) {
    this.limits = limits;
    this.options = options;
    this.resizeShort = resizeShort;
    this.limitMs = limitMs;
    this.clockMs = clockMs;
    decoder = newDecoder();
  }

  private ImageDecoder newDecoder() {
    return new ImageDecoder(limits, options, resizeShort);
  }

  /**
   * As {@link ImageDecoder#decode(ByteBuffer)}.
   *
   * @throws CancellationException when the thread is interrupted meanwhile, whose mark is kept
   */
  public DecodedImage decode(ByteBuffer encoded) throws ImageException {
    EncodedBytes bytes = new EncodedBytes(encoded);
    ImageHeader header = decoder.header(bytes);
    long pixels = (long) header.width() * header.height() * header.scans();
    try {
      return pixels <= UNTIMED_PIXELS && !header.inks()
          ? decodeHere(header, bytes)
          : decodeTimed(header, bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopped(e);
    }
  }

  private DecodedImage decodeHere(ImageHeader header, EncodedBytes bytes) throws ImageException {
    try {
      return decoder.decode(header, bytes);
    } catch (ImageException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw stopped(e);
      }
      throw e;
    }
  }

  private DecodedImage decodeTimed(ImageHeader header, EncodedBytes bytes)
      throws ImageException, InterruptedException {
    if (!LeftBehind.awaitFewer(clockMs)) {
      throw refusal(
          Code.DECODER_BUSY,
          header,
          String.format(
              Locale.ROOT,
              "not tried, for the codecs of %d images before it have not returned for %d ms;"
                  + " leave those out (TOO_SLOW) and start another run",
              LeftBehind.count(),
              clockMs));
    }
    var image = new CompletableFuture<DecodedImage>();
    Thread thread = start(decoder, header, bytes, image);
    boolean ended = false;
    try {
      DecodedImage decoded = await(header, image, thread);
      ended = true;
      return decoded;
    } catch (ExecutionException e) {
      ended = true;
      throw failure(e);
    } finally {
      if (!ended) {
        leaveBehind(image, thread);
      }
    }
  }

  private DecodedImage await(
      ImageHeader header, CompletableFuture<DecodedImage> image, Thread thread)
      throws ImageException, InterruptedException, ExecutionException {
    long start = System.nanoTime();
    long used = 0;
    long passed = 0;
    while (used < limitMs && passed < clockMs) {
      try {
        return image.get(Math.min(limitMs - used, clockMs - passed), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        used = processorMs(thread, passed);
      }
    }
    if (used < limitMs) {
      throw refusal(
          Code.DECODER_BUSY,
          header,
          String.format(
              Locale.ROOT,
              "not decoded after %d ms, in which it had %d ms of a processor; start another run"
                  + " when the machine has less to do",
              passed,
              used));
    }
    throw refusal(
        Code.TOO_SLOW,
        header,
        String.format(
            Locale.ROOT,
            "not decoded after %d ms of processor time; raise max-image-seconds or leave it out",
            limitMs));
  }

  /** What a thread has used; what has passed, where the JVM does not know, or the thread ended. */
  private static long processorMs(Thread thread, long passed) {
    long nanos =
        THREADS.isThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled()
            ? THREADS.getThreadCpuTime(thread.getId())
            : -1;
    return nanos < 0 ? passed : TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private static Thread start(
      ImageDecoder decoder,
      ImageHeader header,
      EncodedBytes bytes,
      CompletableFuture<DecodedImage> image) {
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
    return thread;
  }

  /** The decoder is closed by the thread that uses it, when the codec returns. */
  private void leaveBehind(CompletableFuture<DecodedImage> image, Thread thread) {
    LeftBehind.add(image);
    ImageDecoder left = decoder;
    image.whenComplete((decoded, failure) -> left.close());
    thread.interrupt();
    decoder = newDecoder();
  }

  private static ImageException refusal(Code code, ImageHeader header, String why) {
    return new ImageException(
        code,
        String.format(
            Locale.ROOT,
            "%s of %dx%d, %d scans: %s",
            header.format(),
            header.width(),
            header.height(),
            header.scans(),
            why));
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

  private static CancellationException stopped(Exception cause) {
    return (CancellationException)
        new CancellationException("stopped while decoding").initCause(cause);
  }

  @Override
  public void close() {
    decoder.close();
  }
}
