/**
 * The execution of a run: lease, waves, publication gate, and the commit point, at which the tables
 * become visible and the manifest is written.
 *
 * <p>Entry type: {@link io.repvit.run.RunJob}. This package must not know command lines, settings
 * files or HTML.
 */
@NullMarked
package io.repvit.run;

import org.jspecify.annotations.NullMarked;
