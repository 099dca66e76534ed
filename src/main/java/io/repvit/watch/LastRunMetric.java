package io.repvit.watch;

import java.util.Locale;

/** The gauges of {@link MetricsFile}. All have the label {@code output}. */
enum LastRunMetric {
  EXIT_CODE("Exit code of the last run."),
  START_TIME_SECONDS("Start of the last run, Unix time."),
  END_TIME_SECONDS("End of the last run, Unix time."),
  SUCCESS_TIME_SECONDS("End of the last run that was published or found nothing new, Unix time."),
  INFO("1; the labels name the last run and its model.", "run_date", "run_id", "model_sha256"),
  IMAGES("Rows of the last run by table.", "table"),
  QUARANTINED("Rows in the quarantine table of the last run.", "stage", "code"),
  SKIPPED("Objects, shards or rows that earlier runs had scored."),
  BYTES("Encoded bytes of the images of the last run."),
  REUSED("Duplicates in the last run whose result was reused."),
  SCORE_MEAN("Mean score of the predictions of the last run."),
  WAVES("Waves of the last run."),
  TASKS("Tasks of the last run."),
  ATTEMPTS("Attempts that computed the last run."),
  PHASE_SECONDS("Wall time of the last attempt by phase.", "phase"),
  CLASSIFY_SECONDS("Wall time of all waves and of publishing."),
  IMAGES_PER_SECOND("Images per second of classify_seconds."),
  CORE_SECONDS("Wall time of tasks times spark.task.cpus."),
  IMAGES_PER_CORE_SECOND("Images per second of core_seconds."),
  STAGE_SECONDS("Time of the last run by stage.", "stage"),
  STORAGE_REQUESTS("Requests to object storage by kind.", "kind"),
  DRIFT("Distance from the earlier run that the drift gate compared.", "measure"),
  DRIFT_LIMIT("Largest distance that the drift gate permits.", "measure");

  private final String help;
  private final String[] labels;

  LastRunMetric(String help, String... labels) {
    this.help = help;
    this.labels = labels;
  }

  /** Name in Prometheus. */
  String label() {
    return "repvit_last_run_" + name().toLowerCase(Locale.ROOT);
  }

  String help() {
    return help;
  }

  /** Names of the labels beside {@code output}. */
  String[] labels() {
    return labels.clone();
  }
}
