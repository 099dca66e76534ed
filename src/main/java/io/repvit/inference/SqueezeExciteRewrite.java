package io.repvit.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.repvit.onnx.NchwcSqueezeExcite;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a session with a faster graph of the same model. It rewrites the graph that ONNX Runtime
 * has optimised for this processor, and compares both graphs on a batch of noise before it returns
 * the new session.
 */
final class SqueezeExciteRewrite {

  /**
   * The largest accepted relative difference of the outputs: 1e-5. A changed order of float32 sums
   * changes the outputs of trained networks by 1e-7 to 1e-6, and with pseudo-random weights by up
   * to 5e-6. A wrong graph changes them by 1e-1 and more.
   */
  static final double LIMIT = 1e-5;

  private static final Logger LOG = LoggerFactory.getLogger(SqueezeExciteRewrite.class);
  private static final long SEED = 1709_01507L;

  private SqueezeExciteRewrite() {}

  /**
   * Returns a session for batches of one size.
   *
   * @param plain session of ONNX Runtime's own graph; it is closed if another session is returned
   * @return a session of the rewritten graph; {@code plain} if there is nothing to rewrite; or
   *     {@code plain} marked as a fallback, with a warning in the log, if the rewrite fails or its
   *     outputs differ too much
   */
  static ClassifierSession of(ClassifierSession plain, ModelFile file, int threads, int batch) {
    ClassifierSession rewritten = null;
    String fault;
    try {
      Optional<byte[]> graph = NchwcSqueezeExcite.rewrite(Sessions.optimise(file.bytes()), batch);
      if (graph.isEmpty()) {
        return plain;
      }
      rewritten = plain.rewritten(Sessions.open(graph.get(), threads, OptLevel.NO_OPT), batch);
      double difference = difference(rewritten, plain, batch);
      if (difference <= LIMIT) {
        plain.close();
        return rewritten;
      }
      fault =
          String.format(
              Locale.ROOT,
              "its outputs differ by %.3g of the largest, at most %.0e is accepted",
              difference,
              LIMIT);
    } catch (OrtException | ModelException | IOException | IllegalArgumentException e) {
      fault = e.toString();
    }
    if (rewritten != null) {
      rewritten.close();
    }
    LOG.warn(
        "{}: runs the graph of ONNX Runtime, a few percent slower than the graph with squeeze-excite"
            + " in NCHWc, because that graph failed: {}",
        file.name(),
        fault);
    return plain.fallback();
  }

  private static double difference(ClassifierSession rewritten, ClassifierSession plain, int size)
      throws ModelException {
    try (ImageBatch found = rewritten.newBatch(size);
        ImageBatch expected = plain.newBatch(size)) {
      found.fill(SEED);
      expected.fill(SEED);
      rewritten.run(found);
      plain.run(expected);
      return found.difference(expected);
    }
  }
}
