package io.repvit.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.repvit.metrics.LeftOut;

/** How a later attempt at a run gets the same partitions, if it can. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Resumption.PlanFiles.class, name = "plan-files"),
  @JsonSubTypes.Type(value = Resumption.SameInput.class, name = "same-input"),
})
public sealed interface Resumption {

  /** Canonical text. Two plans with equal texts and equal numbers of partitions are the same. */
  String text();

  /**
   * The attempt reads the plan's files.
   *
   * @param leftOut see {@link Plan#leftOut}
   * @param failedBefore see {@link Plan#failedBefore}
   */
  record PlanFiles(PlanData data, LeftOut leftOut, long failedBefore) implements Resumption {
    @Override
    public String text() {
      return data.text();
    }
  }

  /**
   * The attempt plans the input again. The input must not have changed.
   *
   * @param text fingerprint of the files that each partition reads
   */
  record SameInput(String text) implements Resumption {}

  /** The attempt cannot resume, because the input may give other partitions. */
  record Impossible() implements Resumption {
    @Override
    public String text() {
      return "";
    }
  }
}
