package io.repvit.spark4;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.cli.Cli;
import java.util.Map;
import org.apache.spark.SparkUserAppException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YarnDriverTest {
  @ParameterizedTest
  @CsvSource({
    "yarn, cluster, true",
    "yarn, client, false",
    "k8s://https://cluster:6443, client, false",
    "spark://master:7077, cluster, false"
  })
  void onlyInClusterModeOfYarnTheDriverIsInAnApplicationMaster(
      String master, String mode, boolean expected) {
    Map<String, String> spark = Map.of("spark.master", master, "spark.submit.deployMode", mode);
    assertEquals(expected, Cli.with(spark, YarnDriver::isHere));
  }

  @Test
  void everyCodeButZeroEndsTheApplicationAsFailedWithThisCode() {
    assertDoesNotThrow(() -> YarnDriver.end(0));
    var failed = assertThrows(SparkUserAppException.class, () -> YarnDriver.end(5));
    assertEquals(5, failed.exitCode());
  }
}
