/**
 * What a run tells of itself when it is done: {@link io.repvit.report.RunManifest} for programs,
 * beside its tables, from what {@link io.repvit.metrics.RunMetrics} holds. Knows nothing of command
 * lines and settings.
 */
@NullMarked
package io.repvit.report;

import org.jspecify.annotations.NullMarked;
