/**
 * Spark analyses of the tables that runs have written.
 *
 * <p>Entry type: {@link io.repvit.analytics.Evaluation}. The package knows the tables; it must not
 * know image decoding or model sessions.
 */
@NullMarked
package io.repvit.analytics;

import org.jspecify.annotations.NullMarked;
