/**
 * Benchmarks, which print every measurement, and the paper's design path. The job jar does not
 * contain this package.
 *
 * <p>Entry type: {@link io.repvit.bench.Bench}. No other package may use this one.
 */
@NullMarked
package io.repvit.bench;

import org.jspecify.annotations.NullMarked;
