package io.repvit.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs that a {@link Compaction} rewrites together. They have the same date, model and conditions.
 *
 * @param runs ids of the runs that are replaced
 * @param into id of the compaction
 * @param filesBefore number of files of both tables
 * @param filesAfter about the number of files afterwards
 * @param bytes length of the files
 */
public record CompactionGroup(
    String date, List<String> runs, String into, int filesBefore, int filesAfter, long bytes) {

  /** Collects runs of one kind, in the order of their ids, up to the target length. */
  static List<CompactionGroup> of(
      SparkSession spark, Path output, CompactionRule rule, List<ScoredRuns.Published> runs) {
    var kinds = new HashMap<String, String>();
    for (Row row :
        ScoredRuns.manifests(spark, output, runs, CompactionManifest.KIND).collectAsList()) {
      String date = row.getAs("run_date");
      String id = row.getAs("run_id");
      kinds.put(date + "/" + id, date + " " + CompactionManifest.kind(row));
    }
    var byKind = new TreeMap<String, List<ScoredRuns.Published>>();
    for (ScoredRuns.Published run : runs) {
      String kind = kinds.get(run.date() + "/" + run.id());
      if (kind != null && !run.tables().isEmpty()) {
        byKind.computeIfAbsent(kind, k -> new ArrayList<>()).add(run);
      }
    }
    var groups = new ArrayList<CompactionGroup>();
    for (List<ScoredRuns.Published> kind : byKind.values()) {
      var together = new ArrayList<ScoredRuns.Published>();
      long bytes = 0;
      for (ScoredRuns.Published run : kind) {
        long more = run.size(PredictionTable.NAME).bytes();
        if (!together.isEmpty() && bytes + more > rule.targetBytes()) {
          add(groups, together, rule);
          together.clear();
          bytes = 0;
        }
        together.add(run);
        bytes += more;
      }
      add(groups, together, rule);
    }
    return groups;
  }

  /** Adds a group if rewriting it at least halves the number of its files. */
  private static void add(
      List<CompactionGroup> groups, List<ScoredRuns.Published> runs, CompactionRule rule) {
    int before = 0;
    int after = 0;
    long bytes = 0;
    for (String table : ScoredRuns.TABLES) {
      ScoredRuns.Size size =
          runs.stream()
              .map(run -> run.size(table))
              .reduce(ScoredRuns.Size.NONE, ScoredRuns.Size::plus);
      before += size.files();
      after += size.files() == 0 ? 0 : (int) (1 + (size.bytes() - 1) / rule.targetBytes());
      bytes += size.bytes();
    }
    if (before >= Math.max(rule.leastFiles(), 2 * after)) {
      groups.add(
          new CompactionGroup(
              runs.get(0).date(),
              runs.stream().map(ScoredRuns.Published::id).toList(),
              CompactionManifest.id(runs.stream().map(ScoredRuns.Published::name).toList()),
              before,
              after,
              bytes));
    }
  }
}
