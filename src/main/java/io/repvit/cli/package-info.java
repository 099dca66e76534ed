/**
 * The command line: one class per command, settings, exit codes, progress and signals.
 *
 * <p>Entry type: {@link io.repvit.cli.Main}. Only this package reads arguments, environment
 * variables and settings files; no other package may use it, except {@code bench}.
 */
@NullMarked
package io.repvit.cli;

import org.jspecify.annotations.NullMarked;
