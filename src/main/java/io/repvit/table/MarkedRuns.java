package io.repvit.table;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Runs with a marker beside the place of their manifest, which tells what has begun. */
final class MarkedRuns {
  private MarkedRuns() {}

  /** The runs below {@code output} that have the file {@code marker}, and no manifest. */
  static List<RunKey> unpublished(FileSystem fs, String output, String marker) throws IOException {
    var marked = new TreeSet<String>();
    var published = new TreeSet<String>();
    ScoredRuns.list(
        fs,
        new Path(output, RunKey.RUNS),
        file -> {
          String name = file.getPath().getName();
          String run = ScoredRuns.run(file);
          if (name.equals(marker)) {
            marked.add(run);
          } else if (name.equals(RunKey.MANIFEST)) {
            published.add(run);
          }
        });
    marked.removeAll(published);
    return marked.stream()
        .map(
            run -> {
              String[] parts = run.split("/", 2);
              return new RunKey(output, LocalDate.parse(parts[0]), parts[1]);
            })
        .toList();
  }
}
