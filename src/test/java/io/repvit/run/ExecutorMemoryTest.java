package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorMemoryTest {
  private static final NativeMemory NEED = new NativeMemory(400, 900, 500);

  @ParameterizedTest
  @CsvSource({"local", "local[2]", "local[*]"})
  void inLocalModeThereAreNoExecutors(String master) {
    assertEquals(Optional.empty(), ExecutorMemory.of(conf(master, Map.of())));
  }

  @Test
  void whatIsNotSetIsAsSparkTakesIt() {
    assertEquals(memory(384, 1, true), of("yarn", Map.of()));
    assertEquals(memory(1024, 10240, 1, true), of("yarn", Map.of("spark.executor.memory", "10g")));
    assertEquals(
        memory(4096, 10240, 1, true),
        of(
            "k8s://https://cluster:6443",
            Map.of("spark.executor.memory", "10g", "spark.executor.memoryOverheadFactor", "0.4")));
    assertEquals(
        memory(512, 1, true), of("yarn", Map.of("spark.executor.minMemoryOverhead", "512m")));
    assertEquals(memory(2048, 1, true), of("yarn", Map.of("spark.executor.memoryOverhead", "2g")));
    // A number alone counts MiB.
    assertEquals(memory(777, 1, true), of("yarn", Map.of("spark.executor.memoryOverhead", "777")));
  }

  @Test
  void aSlotIsAsManyCoresAsATaskHas() {
    assertEquals(memory(384, 4, true), of("yarn", Map.of("spark.executor.cores", "4")));
    assertEquals(
        memory(384, 2, true),
        of("yarn", Map.of("spark.executor.cores", "4", "spark.task.cpus", "2")));
  }

  @Test
  void anExecutorWithTooLittleMemoryIsRefusedWithTheValueToSet() {
    UserException refused =
        assertThrows(UserException.class, () -> memory(399, 2, true).check(NEED));
    String line = String.valueOf(refused.getMessage());
    assertTrue(line.contains("400 MiB") && line.contains("is 399 MiB"), line);
    assertTrue(line.contains("--conf spark.executor.memoryOverhead=900m"), line);
  }

  @Test
  void anExecutorThatLargeImagesWouldKillIsWarnedOf() throws Exception {
    String line = memory(400, 2, true).check(NEED).orElseThrow();
    assertTrue(line.contains("--conf spark.executor.memoryOverhead=900m"), line);
    assertTrue(line.contains("max-image-pixels"), line);
  }

  @Test
  void aClusterThatDoesNotEnforceItIsWarnedOfAndNeverRefused() throws Exception {
    String line = of("spark://master:7077", Map.of()).check(NEED).orElseThrow();
    assertTrue(line.contains("does not enforce"), line);
  }

  @Test
  void enoughIsSilent() throws Exception {
    assertEquals(Optional.empty(), memory(900, 2, true).check(NEED));
    assertEquals(Optional.empty(), memory(900, 2, false).check(NEED));
  }

  @Test
  void aJvmThatWouldRefuseLargeImagesTheirMemoryIsWarnedOf() {
    String options = "spark.executor.extraJavaOptions";
    String set = "-Djava.io.tmpdir=. -XX:MaxDirectMemorySize=";
    assertEquals(Optional.empty(), of("yarn", Map.of()).checkDirect(NEED));
    assertEquals(Optional.empty(), of("yarn", Map.of(options, set + "500m")).checkDirect(NEED));
    String line = of("yarn", Map.of(options, set + "499m")).checkDirect(NEED).orElseThrow();
    assertTrue(line.contains("need 500 MiB") && line.contains("allow 499 MiB"), line);
    assertTrue(line.contains("-XX:MaxDirectMemorySize=500m"), line);
  }

  private static ExecutorMemory memory(long overheadMiB, int slots, boolean enforced) {
    return memory(overheadMiB, 1024, slots, enforced);
  }

  private static ExecutorMemory memory(
      long overheadMiB, long directMiB, int slots, boolean enforced) {
    return new ExecutorMemory(overheadMiB, directMiB, slots, enforced);
  }

  private static ExecutorMemory of(String master, Map<String, String> properties) {
    return ExecutorMemory.of(conf(master, properties)).orElseThrow();
  }

  private static SparkConf conf(String master, Map<String, String> properties) {
    var conf = new SparkConf(false).setMaster(master);
    properties.forEach(conf::set);
    return conf;
  }
}
