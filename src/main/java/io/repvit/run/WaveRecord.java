package io.repvit.run;

import io.repvit.predict.PartitionReport;
import io.repvit.table.StagedTable;
import java.util.List;

/**
 * Vouches for the rows of one wave: it appears when all of them stand.
 *
 * @param plan fingerprint of the plan that the wave is of
 * @param attempt that computed the wave
 * @param report what became of its objects
 * @param partitions tasks
 * @param seconds wall time
 * @param tables where the rows are
 */
record WaveRecord(
    String plan,
    String attempt,
    PartitionReport report,
    int partitions,
    double seconds,
    List<StagedTable> tables) {}
