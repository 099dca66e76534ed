package io.repvit.watch;

import io.repvit.run.RunEnd;
import org.jspecify.annotations.Nullable;

/**
 * How a run ended, also one that failed.
 *
 * @param exitCode of the command
 * @param message why the run is not published, in one line; empty if it is
 * @param end null after a failure
 * @param stopped whether a signal ended the run
 */
public record RunResult(int exitCode, String message, @Nullable RunEnd end, boolean stopped) {}
