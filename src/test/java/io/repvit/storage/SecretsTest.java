package io.repvit.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  @ParameterizedTest
  @CsvSource({
    "s3a://AKIAKEY:hush@photos/2026, s3a://***photos/2026",
    "s3a://AKIAKEY:hu/sh+x@photos/2026, s3a://***photos/2026",
    "s3://AKIAKEY@photos/, s3://***photos/",
    "hdfs://user:hush@namenode:8020/a, hdfs://***namenode:8020/a",
    "https://b.s3.amazonaws.com/a.jpg?X-Amz-Credential=AKIAKEY&X-Amz-Signature=hush, "
        + "https://b.s3.amazonaws.com/a.jpg?X-Amz-Credential=***&X-Amz-Signature=***",
    "https://a.blob.core.windows.net/c/x.png?sv=2024&sig=hush, "
        + "https://a.blob.core.windows.net/c/x.png?sv=2024&sig=***",
    "cannot list s3a://AKIAKEY:hush@photos/ and more, cannot list s3a://***photos/ and more",
  })
  void credentialsInAUriAreSeenAndHidden(String text, String hidden) {
    assertTrue(Secrets.areIn(text));
    assertEquals(hidden, Secrets.hide(text));
    assertFalse(hidden.contains("hush") || hidden.contains("AKIAKEY"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://photos/2026/run_date=2026-11-23/a@2x.png",
        "s3a://photos/*?.jpg",
        "abfss://container@account.dfs.core.windows.net/a",
        "hdfs://namenode:8020/a",
        "/data/me@home/x=1?.png",
        "repvit_m0_9.dist_450e_in1k",
      })
  void ordinaryPathsAreLeftAlone(String text) {
    assertFalse(Secrets.areIn(text));
    assertEquals(text, Secrets.hide(text));
  }
}
