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
 * A faster graph of the same model, made of ONNX Runtime's own on the processor that runs it, and
 * compared with it on a batch of noise before anything relies on it.
 */
final class SqueezeExciteRewrite {

  /**
   * 1e-5 of the largest value. Another order of float32 sums moves the outputs of trained networks
   * by 1e-7 to 1e-6 and those with pseudo-random weights by up to 5e-6; a wrong graph moves them by
   * 1e-1 and more.
   */
  static final double LIMIT = 1e-5;

  private static final Logger LOG = LoggerFactory.getLogger(SqueezeExciteRewrite.class);
  private static final long SEED = 1709_01507L;

  private SqueezeExciteRewrite() {}

  /**
   * A session for batches of one size.
   *
   * @param plain ONNX Runtime's own; closed if it is replaced
   * @return {@code plain} if it has no squeeze-excite to rewrite, or, with a warning that tells
   *     why, if the rewritten graph cannot be made or does not agree
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
              "outputs differ by %.3g of the largest, at most %.0e is accepted",
              difference,
              LIMIT);
    } catch (OrtException | ModelException | IOException | IllegalArgumentException e) {
      fault = e.toString();
    }
    if (rewritten != null) {
      rewritten.close();
    }
    LOG.warn(
        "{}: runs as ONNX Runtime optimises it, a few percent slower than with squeeze-excite kept"
            + " in NCHWc, because of that graph: {}",
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
