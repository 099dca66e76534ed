/**
 * A run from its lease to its manifest: identity, waves, publication gate, commit point.
 *
 * <p>Enter by {@link io.repvit.run.ClassifyRun}. Knows nothing of command lines, settings files or
 * pages for people.
 */
@NullMarked
package io.repvit.run;

import org.jspecify.annotations.NullMarked;
