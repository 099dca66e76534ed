/**
 * What monitoring and other programs are told of runs. {@link io.repvit.watch.MetricsPlugin} shows
 * the work of a Spark application while it runs, {@link io.repvit.watch.MetricsFile} leaves the
 * figures of the last run for Prometheus, and {@link io.repvit.watch.Lineage} sends events of
 * OpenLineage. All is off unless a setting asks for it, and nothing of it decides about a run.
 */
@NullMarked
package io.repvit.watch;

import org.jspecify.annotations.NullMarked;
