package io.repvit.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.predict.ModelIdentity;
import io.repvit.storage.WholeFile;
import io.repvit.table.RunKey;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of a published run that the drift gate compares, from its manifest.
 *
 * @param name name for messages
 * @param labels images by label
 * @param meanScore mean score of the best classes
 * @param embeddingMean mean embedding; empty if the model has none
 */
record EarlierRun(String name, LabelMix labels, double meanScore, List<Double> embeddingMean) {
  /** Maximum number of manifests that are read, newest first: 50. */
  static final int MOST_READ = 50;

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Finds the last published run of a model or cascade.
   *
   * @param key run below the same output
   * @param identity of the model, or of the first model of a cascade, whose fingerprint of
   *     preprocessing then identifies the cascade
   * @param minImages runs with fewer predictions are skipped
   * @return null if there is none among the newest {@link #MOST_READ} runs
   */
  static @Nullable EarlierRun last(
      FileSystem fs, RunKey key, ModelIdentity identity, boolean cascade, long minImages)
      throws IOException {
    for (FileStatus manifest : newest(fs, new Path(key.output(), "runs"))) {
      JsonNode json = JSON.readTree(WholeFile.read(fs, manifest.getPath()));
      JsonNode model = json.path("model");
      if (json.path("schema_version").asInt() == RunManifest.SCHEMA
          && model.path("model_sha256").asText().equals(identity.modelSha256())
          && json.has("cascade") == cascade
          && (!cascade || model.path("preprocessing").asText().equals(identity.preprocessing()))
          && json.path("predicted").asLong() >= minImages) {
        return of(json);
      }
    }
    return null;
  }

  /** The newest manifests, newest first. On S3 this costs one LIST request per thousand files. */
  private static List<FileStatus> newest(FileSystem fs, Path folder) throws IOException {
    Comparator<FileStatus> byAge = Comparator.comparingLong(FileStatus::getModificationTime);
    var newest = new PriorityQueue<FileStatus>(byAge);
    try {
      RemoteIterator<LocatedFileStatus> files = fs.listFiles(folder, true);
      while (files.hasNext()) {
        FileStatus file = files.next();
        if (file.getPath().getName().equals(RunKey.MANIFEST)) {
          newest.add(file);
          if (newest.size() > MOST_READ) {
            newest.remove();
          }
        }
      }
    } catch (FileNotFoundException e) {
      // No run is published here.
    }
    var list = new ArrayList<FileStatus>(newest);
    list.sort(byAge.reversed());
    return list;
  }

  private static EarlierRun of(JsonNode json) {
    var labels = new LinkedHashMap<String, Long>();
    json.path("labels").properties().forEach(e -> labels.put(e.getKey(), e.getValue().asLong()));
    JsonNode others = json.path("other_labels");
    var mean = new ArrayList<Double>();
    json.path("embedding_mean").forEach(v -> mean.add(v.asDouble()));
    return new EarlierRun(
        String.format(
            Locale.ROOT,
            "run %s of %s",
            json.path("run_id").asText(),
            json.path("run_date").asText()),
        new LabelMix(
            labels,
            new LabelMix.Others(others.path("labels").asLong(), others.path("images").asLong())),
        json.path("scores").path("mean").asDouble(),
        mean);
  }
}
