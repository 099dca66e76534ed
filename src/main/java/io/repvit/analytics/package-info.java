/**
 * Spark and MLlib over the tables that runs have written: each question has one class that makes
 * rows, a summary and a page.
 *
 * <p>Entry types: the classes that implement {@link io.repvit.analytics.Analysis}; {@link
 * io.repvit.analytics.ResultFolder} writes their results. What grows with the number of rows stays
 * in Spark. The package must not know command lines.
 */
@NullMarked
package io.repvit.analytics;

import org.jspecify.annotations.NullMarked;
