/**
 * Pages for people: the report of a run, made of its {@link io.repvit.run.RunManifest} and {@link
 * io.repvit.metrics.RunMetrics}, and pages of any sections.
 *
 * <p>Entry types: {@link io.repvit.report.HtmlReport}, {@link io.repvit.report.Page}. The layouts
 * are Mustache templates in this package's resources; {@link io.repvit.report.Svg} draws charts.
 * This package must not know command lines.
 */
@NullMarked
package io.repvit.report;

import org.jspecify.annotations.NullMarked;
