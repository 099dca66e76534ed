package io.repvit.model;

/**
 * The training form of the token mixers. The tensor names of a checkpoint show its form; each
 * variant can have either.
 */
public enum TokenMixerForm {
  /** {@link RepVggDw}: one norm after the sum of three branches. Released for M0.6 to M2.3. */
  CURRENT,
  /** {@link LegacyRepVggDw}: a norm in each convolution branch. Released for M1, M2 and M3. */
  LEGACY
}
