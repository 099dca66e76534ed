/**
 * Spark over the tables that a run wrote.
 *
 * <p>Enter by {@link io.repvit.analytics.Evaluation}. Knows the tables and nothing of images or
 * sessions.
 */
@NullMarked
package io.repvit.analytics;

import org.jspecify.annotations.NullMarked;
