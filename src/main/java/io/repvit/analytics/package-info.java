/**
 * What all answers to questions about tables share. A question has a room of its own below this
 * one, with one class that makes rows, a summary and a page.
 *
 * <p>Entry types: {@link io.repvit.analytics.Analysis} is an answer, {@link
 * io.repvit.analytics.ResultFolder} writes it; {@link io.repvit.analytics.Predictions} and {@link
 * io.repvit.analytics.Labels} read what it is about. What grows with the number of rows stays in
 * Spark. The package must not know the questions, nor command lines.
 */
@NullMarked
package io.repvit.analytics;

import org.jspecify.annotations.NullMarked;
