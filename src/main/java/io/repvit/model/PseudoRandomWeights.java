package io.repvit.model;

import io.repvit.checkpoint.Sha256;
import io.repvit.checkpoint.TensorSource;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Pseudo-random weights in training form for any variant, the same on every machine. Benchmarks and
 * tests use them, because speed and shapes do not depend on training.
 *
 * <p>Value {@code i} of the tensor named {@code key} is {@code lo + (hi - lo) u} with {@code u =
 * (splitmix64( fnv1a64(key) ^ i) >>> 11) / 2^53}, computed in double precision and rounded to
 * float32. The end of the name decides the range from {@code lo} to {@code hi}. With these ranges,
 * activations neither vanish nor overflow in the deepest variant, different images give different
 * outputs, and float32 results are within 2e-6 of float64. This holds for both forms of the token
 * mixer and both {@link KeyLayout}s:
 *
 * <pre>
 * running_var                   0.5 to 1.5
 * token_mixer[.0].bn.weight     0.5 to 1
 * MobileNetV3's bn.weight       1 to 1.5 (expand, depthwise, project)
 * other bn.weight               0.3 to 0.8
 * fc2.bias                      0 to 2, so that gates are mostly open
 * running_mean, other bias     -0.1 to 0.1
 * other weight                 -r to r, r = sqrt(3 / values per output channel), so that the gain is 1
 * </pre>
 *
 * @param form of the token mixers in training form
 * @param heads number of classifier heads, 1 or 2
 */
public record PseudoRandomWeights(TokenMixerForm form, int heads) implements TensorSource {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  public PseudoRandomWeights {
    if (heads < 1 || heads > 2) {
      throw new IllegalArgumentException("heads is " + heads + ", expected 1 or 2");
    }
  }

  /** Returns weights with the token mixer form of the released variant and two heads. */
  public static PseudoRandomWeights of(RepVitVariant variant) {
    return new PseudoRandomWeights(variant.form(), 2);
  }

  @Override
  public String name() {
    return String.format(Locale.ROOT, "pseudo-random weights, form %s, heads %d", form, heads);
  }

  /** Returns the hash of {@link #name()}, which together with the variant determines all values. */
  @Override
  public String sha256() {
    return Sha256.of(name().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean has(String tensor) {
    if (tensor.endsWith(".conv1.c.weight") && tensor.contains("token_mixer")) {
      return form == TokenMixerForm.LEGACY;
    }
    return heads == 2 || !tensor.contains("_dist.");
  }

  @Override
  public Tensor take(String tensor, Shape needed) {
    float[] values = new float[needed.count()];
    Range range = Range.of(tensor, needed);
    long key = fnv1a64(tensor);
    for (int i = 0; i < values.length; i++) {
      double u = (splitmix64(key ^ i) >>> 11) * 0x1p-53;
      values[i] = (float) (range.lo + (range.hi - range.lo) * u);
    }
    return new Tensor(needed, values);
  }

  /** Does nothing: any tensor name is accepted. */
  @Override
  public void ignore(String tensor) {}

  /** Does nothing: tensors exist only when a layer takes them. */
  @Override
  public void requireAllTaken() {}

  private record Range(double lo, double hi) {
    static Range of(String tensor, Shape shape) {
      if (tensor.endsWith(".running_var")) {
        return new Range(0.5, 1.5);
      }
      if (tensor.endsWith("token_mixer.bn.weight") || tensor.endsWith("token_mixer.0.bn.weight")) {
        return new Range(0.5, 1);
      }
      if (tensor.endsWith("expand.bn.weight")
          || tensor.endsWith("depthwise.bn.weight")
          || tensor.endsWith("project.bn.weight")) {
        return new Range(1, 1.5);
      }
      if (tensor.endsWith("bn.weight")) {
        return new Range(0.3, 0.8);
      }
      if (tensor.endsWith("fc2.bias")) {
        return new Range(0, 2);
      }
      if (tensor.endsWith(".weight")) {
        double r = Math.sqrt(3.0 * shape.dim(0) / shape.count());
        return new Range(-r, r);
      }
      return new Range(-0.1, 0.1);
    }
  }

  /** The FNV-1a hash of the UTF-8 bytes. */
  private static long fnv1a64(String s) {
    long hash = FNV_OFFSET;
    for (byte b : s.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }

  /** One step of the SplitMix64 generator from the state {@code x}. */
  private static long splitmix64(long x) {
    long z = x + GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
