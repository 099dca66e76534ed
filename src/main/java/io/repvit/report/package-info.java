/**
 * The page that tells people about a run, from its {@link io.repvit.run.RunManifest} and {@link
 * io.repvit.metrics.RunMetrics}.
 *
 * <p>Enter by {@link io.repvit.report.HtmlReport}. The page is the Mustache template {@code
 * report.html} among the resources; {@link io.repvit.report.Svg} draws charts. Knows nothing of
 * command lines.
 */
@NullMarked
package io.repvit.report;

import org.jspecify.annotations.NullMarked;
