/**
 * The command line: one class per command, settings as records, exit codes.
 *
 * <p>Enter by {@link io.repvit.job.Main}. The only room that reads arguments, environment and
 * settings files.
 */
@NullMarked
package io.repvit.job;

import org.jspecify.annotations.NullMarked;
