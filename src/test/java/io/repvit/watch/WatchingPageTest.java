package io.repvit.watch;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of metrics in {@code docs/watching.md} are those of the code. */
class WatchingPageTest {
  /** The cells of the rows whose first one begins with {@code prefix}. */
  private static List<List<String>> rows(String prefix) throws IOException {
    return Files.readAllLines(Path.of("docs/watching.md")).stream()
        .filter(line -> line.startsWith("| `" + prefix))
        .map(line -> Stream.of(line.split("\\|")).map(String::strip).skip(1).toList())
        .toList();
  }

  @Test
  void thePageHasEachGaugeOfTheFileWithItsLabels() throws IOException {
    assertEquals(
        Stream.of(LastRunMetric.values())
            .map(m -> "`" + m.label() + "` " + String.join(", ", m.labels()))
            .collect(joining("\n")),
        rows("repvit_last_run_").stream()
            .map(row -> row.get(0) + " " + row.get(1))
            .collect(joining("\n")));
  }

  @Test
  void thePageHasEachMetricOfThePluginWithItsKind() throws IOException {
    var live = Stream.concat(rows("executor.ID.").stream(), rows("waves_").stream());
    assertEquals(
        Stream.of(LiveMetric.values())
            .map(m -> m.label() + " " + m.kind().name().toLowerCase(Locale.ROOT))
            .collect(joining("\n")),
        live.map(
                row ->
                    row.get(0).replaceAll("`|executor\\.ID\\.|\\.STAGE|\\.CODE", "")
                        + " "
                        + row.get(3))
            .collect(joining("\n")));
  }
}
