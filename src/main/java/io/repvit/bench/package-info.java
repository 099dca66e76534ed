/**
 * Benchmarks, which print all their runs, and the paper's design path. They are compiled with the
 * product and left out of the job jar.
 *
 * <p>Enter by {@link io.repvit.bench.Bench}.
 */
@NullMarked
package io.repvit.bench;

import org.jspecify.annotations.NullMarked;
