package io.repvit.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.UserException;
import io.repvit.storage.WholeFile;
import io.repvit.table.StagedTable;
import io.repvit.table.Staging;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The JSON files in the staging folder of a run that attempts exchange: the plan and the commit
 * records of waves.
 */
final class RunRecords {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Staging staging;
  private final FileSystem fs;

  RunRecords(Staging staging) {
    this.staging = staging;
    fs = staging.fileSystem();
  }

  void write(StoredPlan plan) throws IOException {
    WholeFile.write(fs, staging.plan(), JSON.writeValueAsBytes(plan));
  }

  void write(int wave, WaveCommit record) throws IOException {
    WholeFile.write(fs, staging.waveCommit(wave), JSON.writeValueAsBytes(record));
  }

  /** The stored plan; null if there is none. */
  @Nullable StoredPlan plan() throws UserException, IOException {
    return read(staging.plan(), StoredPlan.class);
  }

  /** The committed waves of {@code plan} whose files exist, by number. */
  TreeMap<Integer, WaveCommit> waves(StoredPlan plan) throws UserException, IOException {
    var waves = new TreeMap<Integer, WaveCommit>();
    for (int number = 0; number < plan.partitioning().waves(); number++) {
      WaveCommit wave = read(staging.waveCommit(number), WaveCommit.class);
      if (wave != null && wave.plan().equals(plan.fingerprint()) && hasItsFiles(wave)) {
        waves.put(number, wave);
      }
    }
    return waves;
  }

  private boolean hasItsFiles(WaveCommit wave) throws IOException {
    for (StagedTable table : wave.tables()) {
      Path folder = new Path(table.files().get(0).uri()).getParent();
      try {
        if (!Staging.files(fs, folder).equals(table.files())) {
          return false;
        }
      } catch (FileNotFoundException e) {
        return false;
      }
    }
    return true;
  }

  private <T> @Nullable T read(Path place, Class<T> type) throws UserException, IOException {
    try {
      return JSON.readValue(WholeFile.read(fs, place), type);
    } catch (FileNotFoundException e) {
      return null;
    } catch (JsonProcessingException e) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s cannot be read: %s; finish the run with the version that began it, or delete its committed waves with --unfinished discard",
              place,
              e.getOriginalMessage()),
          e);
    }
  }
}
