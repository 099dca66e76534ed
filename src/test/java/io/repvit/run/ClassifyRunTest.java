package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.repvit.UncheckedUserException;
import io.repvit.UserException;
import io.repvit.inference.ModelException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class ClassifyRunTest {
  @Test
  void aRefusalOfATaskIsThatOfTheRun() {
    var refusal = new UserException("set LC_ALL");
    var wrapped = new UncheckedUserException(refusal);
    assertSame(refusal, ClassifyRun.refusal(new SparkException("Job aborted", wrapped)));
  }

  @Test
  void aModelThatFailsInATaskRefusesNothing() {
    var failure = new ModelException("inference failed: no memory");
    assertNull(ClassifyRun.refusal(new SparkException("Job aborted", failure)));
  }
}
