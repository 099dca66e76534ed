package io.repvit.run;

import io.repvit.predict.PartitionReport;
import io.repvit.table.StagedTable;
import java.util.List;

/**
 * The commit record of a wave, a JSON file; it is written when all rows of the wave are staged.
 *
 * @param plan fingerprint of the plan
 * @param attempt name of the attempt that computed the wave
 * @param report counts and measurements of the wave
 * @param partitions number of tasks
 * @param seconds wall time of the wave
 * @param tables staged files of the rows
 */
record WaveCommit(
    String plan,
    String attempt,
    PartitionReport report,
    int partitions,
    double seconds,
    List<StagedTable> tables) {}
