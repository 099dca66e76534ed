package io.repvit.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;

/** What Spark's Prometheus servlet shows of the plugin. */
final class Scrape {
  /**
   * Properties of a session with the plugin and the servlet: comments of {@code conf/spark.conf}.
   */
  static final Map<String, String> PROPERTIES = properties();

  private static final Pattern LINE =
      Pattern.compile(
          "metrics_repvit_driver_plugin_io_repvit_watch_MetricsPlugin_(\\w+)_(Count|Value)"
              + "\\{type=\"(counters|gauges)\"} (\\S+)");

  private Scrape() {}

  private static Map<String, String> properties() {
    var properties = new TreeMap<>(Map.of("spark.ui.enabled", "true", "spark.ui.port", "0"));
    try {
      for (String line : Files.readAllLines(Path.of("conf/spark.conf"))) {
        if (line.matches("# +spark[.](plugins|metrics)\\b.*")) {
          String[] words = line.split(" +");
          properties.put(words[1], words[2]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  /** The text of the servlet. */
  static String text(SparkSession spark) throws IOException, InterruptedException {
    URI servlet = URI.create(spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus/");
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(servlet).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(servlet + " answers " + response.statusCode());
    }
    return response.body();
  }

  /** The values of the plugin, by their names in the registry, with {@code _} for each dot. */
  static Map<String, Double> values(SparkSession spark) throws IOException, InterruptedException {
    var values = new TreeMap<String, Double>();
    text(spark)
        .lines()
        .forEach(
            line -> {
              Matcher m = LINE.matcher(line);
              if (m.matches()) {
                values.put(m.group(1), Double.valueOf(m.group(4)));
              }
            });
    return values;
  }
}
