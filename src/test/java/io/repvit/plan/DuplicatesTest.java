package io.repvit.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.source.ObjectImages;
import io.repvit.source.ShardSource;
import io.repvit.source.SourceObject;
import io.repvit.source.ZipShard;
import io.repvit.testing.LocalSpark;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Objects with the same bytes are neighbours in a plan; the expected order is made with a map. */
@Timeout(120)
class DuplicatesTest {
  @RegisterExtension private static final LocalSpark SPARK = new LocalSpark();

  @TempDir private Path folder;

  /** Equal for objects that have the same bytes. An object without an ETag has only itself. */
  private static List<Object> kind(SourceObject object) {
    return object.etag() == null ? List.of(object.path()) : List.of(object.etag(), object.length());
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 1", "9, 3, 4", "500, 16, 3", "21000, 16, 10000"})
  void eachMovesBehindItsFirstDuplicateAndAllElseStays(int count, int files, int kinds)
      throws Exception {
    var random = new Random(count);
    Plan planned =
        plan(
            count,
            files,
            i ->
                new SourceObject(
                    "s3a://b/%d/ä%07d".formatted(random.nextInt(3), i),
                    random.nextInt(2) == 0 ? SourceObject.UNKNOWN : 5,
                    i,
                    random.nextInt(3) == 0 ? null : "\"" + random.nextInt(kinds) + "\"",
                    random.nextInt(3) == 0 ? Map.of("label", "ä") : Map.of()));
    var byKind = new LinkedHashMap<List<Object>, List<SourceObject>>();
    for (SourceObject object : objects(planned)) {
      byKind.computeIfAbsent(kind(object), k -> new ArrayList<>()).add(object);
    }
    Plan together = together(planned);
    assertEquals(byKind.values().stream().flatMap(List::stream).toList(), objects(together));
    assertEquals(planned.count(), together.count());
    assertEquals(planned.length(), together.length());
    for (Plan plan : List.of(planned, together)) {
      assertEquals(data(plan).blocksOfMany(SPARK.session()), data(plan).blocks(SPARK.session()));
    }
    for (int wanted : new int[] {3, 50}) {
      var partitionOf = new HashMap<List<Object>, Integer>();
      List<List<SourceObject>> partitions = Plans.partitions(together, wanted, SPARK.session());
      for (int partition = 0; partition < partitions.size(); partition++) {
        for (SourceObject object : partitions.get(partition)) {
          Integer other = partitionOf.putIfAbsent(kind(object), partition);
          assertTrue(other == null || other == partition, () -> object + " is parted");
        }
      }
    }
  }

  /** For example a placeholder, which a catalogue may have more often than pictures. */
  @Tag("slow")
  @Test
  void aKindThatIsLargerThanAPartitionIsCut() throws Exception {
    Plan planned =
        plan(
            50_000,
            4,
            i -> new SourceObject("s3a://b/%06d".formatted(i), 5, i, etag(i % 5 == 0 ? i : -1)));
    Plan together = together(planned);
    List<SourceObject> objects = objects(together);
    assertEquals(50_000, objects.size());
    assertEquals(Set.copyOf(objects(planned)), Set.copyOf(objects));
    for (List<SourceObject> partition : Plans.partitions(together, 3, SPARK.session())) {
      assertTrue(partition.size() <= BalancedPartitions.MAX_OBJECTS, partition.size() + " objects");
    }
    long withSome =
        Plans.partitions(together, 50, SPARK.session()).stream()
            .filter(partition -> partition.stream().anyMatch(o -> etag(-1).equals(o.etag())))
            .count();
    assertEquals(5, withSome, "40,000 objects in pieces of 8192");
    int blocks = data(together).blocks(SPARK.session()).size();
    assertTrue(blocks <= 1 << 15, blocks + " blocks in the driver");
  }

  @Test
  void aPlanWithoutDuplicatesIsNotWrittenAgain() throws Exception {
    for (IntFunction<SourceObject> objects :
        List.<IntFunction<SourceObject>>of(
            i -> new SourceObject("s3a://b/" + i, 5, 9, etag(i)),
            i -> new SourceObject("s3a://b/" + i, i, 9, etag(0)), // the same ETag by chance
            i -> new SourceObject("file:/b/" + i, 5, 9, null))) {
      Plan planned = plan(300, 2, objects);
      assertEquals(data(planned), data(together(planned)));
    }
    Plan nothing = plan(0, 1, i -> new SourceObject("s3a://b/" + i, 5, 9, null));
    assertEquals(data(nothing), data(together(nothing)));
  }

  @Test
  void shardsStayWhereTheyAreForTheyAreReadOneByOne() throws Exception {
    Plan shards =
        Plans.of(
            List.of(
                new SourceObject("s3a://b/a.zip", 5, 9, etag(1)),
                new SourceObject("s3a://b/b.zip", 5, 9, etag(2)),
                new SourceObject("s3a://b/c.zip", 5, 9, etag(1))),
            1,
            new ShardSource(new ZipShard()),
            path("listed"),
            SPARK.session());
    assertEquals(data(shards), data(together(shards)));
  }

  private static String etag(int number) {
    return "\"%032x\"".formatted(number);
  }

  private Plan plan(int count, int files, IntFunction<SourceObject> objects) throws Exception {
    return Plans.of(
        IntStream.range(0, count).mapToObj(objects).toList(),
        files,
        ObjectImages::open,
        path("listed-" + new Random().nextLong()),
        SPARK.session());
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(new File(folder.toFile(), name).toURI());
  }

  private static PlanData data(Plan plan) {
    return ((ObjectPlan) plan).data();
  }

  private Plan together(Plan plan) {
    return plan.withoutScored(
            Optional.empty(), path("together-" + new Random().nextLong()), SPARK.session())
        .plan();
  }

  private static List<SourceObject> objects(Plan plan) {
    return Plans.partitions(plan, 3, SPARK.session()).stream().flatMap(List::stream).toList();
  }
}
