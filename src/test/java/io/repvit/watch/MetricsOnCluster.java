package io.repvit.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.cli.ClassifyCall;
import io.repvit.testing.Await;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * The driver of {@link MetricsOnClusterTest}: a run whose executors are processes of their own. Its
 * arguments are model, input and output.
 */
public final class MetricsOnCluster {
  private MetricsOnCluster() {}

  public static void main(String[] args) throws Exception {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      ClassifyCall call =
          ClassifyCall.run(
              spark,
              Map.of(
                  "model",
                  args[0],
                  "input",
                  List.of(args[1]),
                  "output",
                  args[2],
                  "partitions",
                  8,
                  "max-quarantine-rate",
                  0.9));
      System.out.println("exit " + call.exitCode() + call.message());
      JsonNode manifest = new ObjectMapper().readTree(call.manifest());
      long listed = manifest.get("listed").asLong();
      Await.until("all images are counted", () -> sum("images", Scrape.values(spark)) >= listed);
      Map<String, Double> values = Scrape.values(spark);
      System.out.println("executors " + named("sessions", values).size());
      System.out.println("images " + (sum("images", values) == listed));
      System.out.println("bytes " + (sum("bytes", values) == manifest.get("bytes").asLong()));
      System.out.println(
          "quarantined " + (sum("quarantined_.*", values) == manifest.get("quarantined").asLong()));
      System.out.println("resident " + (sum("resident_bytes", values) > 200e6));
      spark.sparkContext().killExecutor("0");
      Await.until(
          "the metrics of a removed executor are removed",
          () -> named("sessions", Scrape.values(spark)).stream().noneMatch(n -> n.contains("_0_")));
      System.out.println("removed");
    }
  }

  /** The metrics of executors whose names match a regular expression. */
  private static List<String> named(String metric, Map<String, Double> values) {
    return values.keySet().stream().filter(n -> n.matches("executor_\\d+_" + metric)).toList();
  }

  private static double sum(String metric, Map<String, Double> values) {
    return named(metric, values).stream().mapToDouble(values::get).sum();
  }
}
