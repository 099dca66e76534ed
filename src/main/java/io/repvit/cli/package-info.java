/**
 * The command line: one class per command, settings as records, exit codes.
 *
 * <p>Enter by {@link io.repvit.cli.Main}. The only room that reads arguments, environment variables
 * and settings files.
 */
@NullMarked
package io.repvit.cli;

import org.jspecify.annotations.NullMarked;
