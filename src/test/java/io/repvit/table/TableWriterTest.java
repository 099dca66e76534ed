package io.repvit.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TableWriterTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("value", DataTypes.IntegerType, false)
          .add("attempt", DataTypes.IntegerType, false);

  /** A task that fails is tried once more. */
  @RegisterExtension
  private static final LocalSpark SPARK = new LocalSpark(Map.of("spark.master", "local[2,2]"));

  @TempDir private Path root;
  private Path folder = Path.of("");
  private TableWriter table;

  /** Where the first attempt of partition 0 dies, without cleaning up after itself. */
  private enum Death {
    NONE,
    BEFORE_COMMIT,
    AFTER_COMMIT,
    ALWAYS
  }

  @BeforeEach
  void stage() throws IOException, UserException {
    folder = root.resolve("table/run_date=2026-01-09/run_id=a");
    table =
        TableWriter.stage(SPARK.session(), new org.apache.hadoop.fs.Path(folder.toUri()), SCHEMA);
  }

  @Test
  void rowsAreVisibleOnlyAfterTheCommit() throws IOException {
    write(100, 3, Death.NONE);
    assertEquals(List.of(), visible());
    table.commit();
    assertEquals(3, visible().size());
    assertEquals(values(100), read().map(r -> r.getInt(0)).sorted().toList());
    assertEquals(List.of(), hidden());
  }

  @Test
  void anAbortLeavesNothing() throws IOException {
    write(100, 3, Death.NONE);
    table.abort();
    assertEquals(List.of(), visible());
    assertEquals(List.of(), hidden());
  }

  @Test
  void anAttemptThatDiedBeforeItsCommitLeavesNoRows() throws IOException {
    write(100, 3, Death.BEFORE_COMMIT);
    table.commit();
    assertReplaced();
  }

  /** A task may die between the commits of its two tables. */
  @Test
  void anAttemptThatDiedAfterItsCommitIsReplacedAndNotDoubled() throws IOException {
    write(100, 3, Death.AFTER_COMMIT);
    table.commit();
    assertReplaced();
  }

  /** An executor is lost after its commits; only the second attempt can read an object. */
  @Test
  void anAttemptThatCommittedIsReplacedByOneWithoutRows() throws IOException {
    parallelise(100, 3).foreachPartition(new EmptyRetry(table));
    table.commit();
    List<Integer> kept = read().map(r -> r.getInt(0)).sorted().toList();
    assertEquals(IntStream.range(0, 100).filter(i -> i < 33 || i >= 66).boxed().toList(), kept);
  }

  @Test
  void aTaskThatAbortsLeavesNoRows() throws IOException {
    parallelise(100, 3).foreachPartition(new OneAborts(table));
    table.commit();
    List<Integer> kept = read().map(r -> r.getInt(0)).sorted().toList();
    assertEquals(IntStream.range(0, 100).filter(i -> i < 33 || i >= 66).boxed().toList(), kept);
  }

  @Test
  void aJobThatFailsCanBeAborted() throws IOException {
    // One task, because others might still run when the job has failed.
    var e = assertThrows(Exception.class, () -> write(100, 1, Death.ALWAYS));
    assertTrue(e instanceof SparkException, e.toString());
    table.abort();
    assertEquals(List.of(), visible());
    assertEquals(List.of(), hidden());
  }

  @Test
  void aTableWithoutRowsHasOneFileWithItsSchema() throws IOException {
    write(0, 3, Death.NONE);
    table.commit();
    assertEquals(1, visible().size());
    StructType schema = SPARK.session().read().parquet(folder.toString()).schema();
    assertEquals(
        List.of("value int", "attempt int"),
        Arrays.stream(schema.fields()).map(TableWriterTest::text).toList());
    assertEquals(0, read().count());
  }

  @Test
  void partitionsWithoutRowsHaveNoFiles() throws IOException {
    // Of four partitions, the second and the fourth have one row each.
    write(2, 4, Death.NONE);
    table.commit();
    assertEquals(
        List.of("part-00000", "part-00001", "part-00003"),
        visible().stream().map(name -> name.substring(0, 10)).sorted().toList());
    assertEquals(values(2), read().map(r -> r.getInt(0)).sorted().toList());
  }

  @Test
  void filesAreCompressedAsTheTablesPromise() throws IOException {
    write(1, 1, Death.NONE);
    table.commit();
    assertTrue(visible().get(0).endsWith(".zstd.parquet"), visible().toString());
  }

  private void assertReplaced() {
    assertEquals(values(100), read().map(r -> r.getInt(0)).sorted().toList());
    read().forEach(r -> assertEquals(r.getInt(0) < 33 ? 1 : 0, r.getInt(1), "attempt of " + r));
  }

  private void write(int rows, int partitions, Death death) {
    parallelise(rows, partitions).foreachPartition(new Attempt(table, death));
  }

  private static JavaRDD<Integer> parallelise(int rows, int partitions) {
    return JavaSparkContext.fromSparkContext(SPARK.session().sparkContext())
        .parallelize(values(rows), partitions);
  }

  private static List<Integer> values(int rows) {
    return new ArrayList<>(IntStream.range(0, rows).boxed().toList());
  }

  private Stream<Row> read() {
    return SPARK.session().read().parquet(folder.toString()).collectAsList().stream();
  }

  private static String text(StructField field) {
    return field.name() + " " + field.dataType().simpleString();
  }

  /** Data files. */
  private List<String> visible() throws IOException {
    return files().filter(f -> !isHidden(f)).map(f -> f.getFileName().toString()).toList();
  }

  /** Files that readers ignore, except Hadoop's checksums and _SUCCESS. */
  private List<Path> hidden() throws IOException {
    return files().filter(TableWriterTest::isHidden).toList();
  }

  private Stream<Path> files() throws IOException {
    if (!Files.exists(folder)) {
      return Stream.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(folder::relativize)
          .filter(f -> !f.toString().endsWith(".crc") && !f.endsWith("_SUCCESS"))
          .toList()
          .stream();
    }
  }

  private static boolean isHidden(Path file) {
    for (Path part : file) {
      if (part.toString().startsWith("_") || part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static class Attempt implements VoidFunction<Iterator<Integer>> {
    private static final long serialVersionUID = 1;

    private final TableWriter table;
    private final Death death;

    Attempt(TableWriter table, Death death) {
      this.table = table;
      this.death = death;
    }

    @Override
    public void call(Iterator<Integer> rows) throws Exception {
      TaskContext task = TaskContext.get();
      TableWriter.TaskWriter writer = table.open(task);
      while (rows.hasNext()) {
        writer.write(RowFactory.create(rows.next(), task.attemptNumber()));
      }
      writer.close();
      boolean mortal = task.partitionId() == 0 && task.attemptNumber() == 0;
      if (death == Death.ALWAYS || (mortal && death == Death.BEFORE_COMMIT)) {
        throw new IllegalStateException("died before its commit, as the test wants");
      }
      end(writer, task.partitionId());
      if (mortal && death == Death.AFTER_COMMIT) {
        throw new IllegalStateException("died after its commit, as the test wants");
      }
    }

    void end(TableWriter.TaskWriter writer, int partition) throws IOException {
      writer.commit();
    }
  }

  /** The first attempt of partition 1 dies after its commit, the second has nothing to write. */
  private static final class EmptyRetry extends Attempt {
    private static final long serialVersionUID = 1;

    EmptyRetry(TableWriter table) {
      super(table, Death.NONE);
    }

    @Override
    public void call(Iterator<Integer> rows) throws Exception {
      TaskContext task = TaskContext.get();
      boolean first = task.attemptNumber() == 0;
      super.call(task.partitionId() != 1 || first ? rows : Collections.emptyIterator());
      if (task.partitionId() == 1 && first) {
        throw new IllegalStateException("died after its commit, as the test wants");
      }
    }
  }

  private static final class OneAborts extends Attempt {
    private static final long serialVersionUID = 1;

    OneAborts(TableWriter table) {
      super(table, Death.NONE);
    }

    @Override
    void end(TableWriter.TaskWriter writer, int partition) throws IOException {
      if (partition == 1) {
        writer.abort();
      } else {
        writer.commit();
      }
    }
  }
}
