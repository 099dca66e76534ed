package io.repvit.model;

/** How token mixers were trained; their keys tell, and any variant can have either. */
public enum TokenMixerForm {
  /** {@link RepVggDw}, an outer norm over three branches: M0.6 to M2.3. */
  CURRENT,
  /** {@link LegacyRepVggDw}, a norm in each branch: M1, M2, M3. */
  LEGACY
}
