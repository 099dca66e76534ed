package io.repvit.plan;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.repvit.metrics.LeftOut;

/** How the next attempt at a run gets the same partitions, if it can. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Resumption.PlanFiles.class, name = "plan-files"),
  @JsonSubTypes.Type(value = Resumption.SameInput.class, name = "same-input"),
})
public sealed interface Resumption {

  /** Canonical text; equal when the same number of partitions has the same content. */
  String text();

  /**
   * It reads the plan's files.
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
   * It plans the input again, which must not have changed.
   *
   * @param text of the files that each partition reads
   */
  record SameInput(String text) implements Resumption {}

  /** It cannot, for nothing tells whether the input gives the same partitions again. */
  record Impossible() implements Resumption {
    @Override
    public String text() {
      return "";
    }
  }
}
