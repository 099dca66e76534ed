package io.repvit.watch;

/** The metrics of a Spark application, as {@link MetricsPlugin} names them in Spark's registry. */
enum LiveMetric {
  IMAGES("images", Kind.COUNTER),
  BYTES("bytes", Kind.COUNTER),
  /** Followed by the stage and the code, as in {@code quarantined.decode.TRUNCATED}. */
  QUARANTINED("quarantined", Kind.COUNTER),
  BATCHES("batches", Kind.COUNTER),
  /** Followed by the stage, as in {@code stage_seconds.decode}. */
  STAGE_SECONDS("stage_seconds", Kind.GAUGE),
  SESSIONS("sessions", Kind.GAUGE),
  SESSION_HANDLES("session_handles", Kind.GAUGE),
  RESIDENT_BYTES("resident_bytes", Kind.GAUGE),
  HEAP_COMMITTED_BYTES("heap_committed_bytes", Kind.GAUGE),
  DIRECT_BUFFER_BYTES("direct_buffer_bytes", Kind.GAUGE),
  WAVES_PLANNED("waves_planned", Kind.COUNTER),
  WAVES_DONE("waves_done", Kind.COUNTER);

  /** How Spark's registry has it: whole numbers that only grow are counters. */
  enum Kind {
    COUNTER,
    GAUGE
  }

  private final String label;
  private final Kind kind;

  LiveMetric(String label, Kind kind) {
    this.label = label;
    this.kind = kind;
  }

  String label() {
    return label;
  }

  Kind kind() {
    return kind;
  }
}
