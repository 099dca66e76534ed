/**
 * The HTML report of a run, made of its {@link io.repvit.run.RunManifest} and {@link
 * io.repvit.metrics.RunMetrics}.
 *
 * <p>Entry type: {@link io.repvit.report.HtmlReport}. The layout is the Mustache template {@code
 * report.html} in this package's resources; {@link io.repvit.report.Svg} draws charts. This package
 * must not know command lines.
 */
@NullMarked
package io.repvit.report;

import org.jspecify.annotations.NullMarked;
