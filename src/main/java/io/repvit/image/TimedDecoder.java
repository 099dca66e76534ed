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
 * An {@link ImageDecoder} with a limit on processor time per image. Not thread-safe.
 *
 * <p>An image whose header announces much work is decoded on a separate thread. The limit applies
 * to the processor time of that thread, so load on the machine does not matter. At the limit the
 * thread is interrupted. Codecs in Java then stop at their next read, see {@link BufferInput}. A
 * native codec cannot be stopped: its thread and decoder are {@link AbandonedDecodes} until it
 * returns, and a new decoder is used for the next image. Most images need little work and are
 * decoded on the calling thread without a limit.
 */
public final class TimedDecoder implements AutoCloseable {
  /** 4 million pixels times scans, below which there is no limit; they take about 30 ms. */
  private static final long UNTIMED_PIXELS = 4_000_000;

  /** Ratio of the limit on wall time to the limit on processor time. */
  private static final int CLOCK_FACTOR = 20;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final ImageLimits limits;
  private final DecodeOptions options;
  private final int resizeShort;
  private final long limitMs;
  private final long clockMs;
  private ImageDecoder decoder;

  /**
   * Creates a decoder with the processor time of {@code limits}.
   *
   * @param resizeShort length of the short side after resizing, pixels
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
   * Decodes an image, see {@link ImageDecoder#decode(ByteBuffer)}.
   *
   * @throws CancellationException when the thread is interrupted; its interrupt status stays set
   */
  public DecodedImage decode(ByteBuffer encoded) throws ImageException {
    EncodedBytes bytes = new EncodedBytes(encoded);
    ImageHeader header = decoder.header(bytes);
    long pixels = (long) header.width() * header.height() * header.scans();
    try {
      return pixels <= UNTIMED_PIXELS && !header.isCmyk()
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
    if (!AbandonedDecodes.awaitFewer(clockMs)) {
      throw refusal(
          Code.DECODER_BUSY,
          header,
          String.format(
              Locale.ROOT,
              "not decoded, because %d timed-out decodes have not ended for %d ms; leave out the"
                  + " images with code TOO_SLOW and start another run",
              AbandonedDecodes.count(),
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
        abandon(image, thread);
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
              "not decoded within %d ms, in which it got only %d ms of processor time; start another"
                  + " run when the machine has less load",
              passed,
              used));
    }
    throw refusal(
        Code.TOO_SLOW,
        header,
        String.format(
            Locale.ROOT,
            "not decoded after %d ms of processor time; raise max-image-seconds or leave the object out",
            limitMs));
  }

  /** Returns the processor time of a thread, or {@code passed} if the JVM does not know it. */
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

  /** Replaces the decoder; the decoding thread closes the old one when its codec returns. */
  private void abandon(CompletableFuture<DecodedImage> image, Thread thread) {
    AbandonedDecodes.add(image);
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
