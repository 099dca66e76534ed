/**
 * What a run tells of itself when it is done, from what {@link io.repvit.metrics.RunMetrics} holds:
 * {@link io.repvit.report.RunManifest} for programs, {@link io.repvit.report.HtmlReport} for
 * people. The page is the Mustache template {@code report.html} among the resources; {@link
 * io.repvit.report.Svg} draws charts. {@link io.repvit.report.DriftGate} compares it with the run
 * before. Knows nothing of command lines.
 */
@NullMarked
package io.repvit.report;

import org.jspecify.annotations.NullMarked;
