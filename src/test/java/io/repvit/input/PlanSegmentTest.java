package io.repvit.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanSegmentTest {
  private static final Configuration CONFIGURATION = new Configuration(false);

  @TempDir private Path folder;
  private int files;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4095, 4096, 4097, 8193, 40_000})
  void anyCutOfASegmentGivesBackItsObjects(int count) throws Exception {
    List<ImageObject> objects = objects(count);
    List<PlanBlock> blocks = write(objects.iterator());
    for (int partitions : new int[] {1, 3, 1000}) {
      var read = new ArrayList<ImageObject>();
      for (List<PlanBlock> partition : BalancedPartitions.cut(blocks, partitions)) {
        PlanBlock.read(partition, CONFIGURATION).forEachRemaining(read::add);
      }
      assertEquals(objects, read);
    }
  }

  @Test
  void whatIsKeptOfASegmentGrowsMuchMoreSlowlyThanTheSegment() throws Exception {
    assertEquals(1000, write(objects(1000).iterator()).size());
    int blocks =
        write(IntStream.range(0, 3_000_000).mapToObj(PlanSegmentTest::numbered).iterator()).size();
    assertTrue(blocks <= 3_000_000 / 512 + 1, blocks + " blocks");
  }

  private List<PlanBlock> write(Iterator<ImageObject> objects) throws Exception {
    var file = new org.apache.hadoop.fs.Path(folder.resolve(Integer.toString(files++)).toUri());
    var segment = new PlanSegment(file, CONFIGURATION);
    try (segment) {
      while (objects.hasNext()) {
        segment.add(objects.next());
      }
    }
    return segment.blocks();
  }

  private static ImageObject numbered(int i) {
    return new ImageObject("s3a://b/%08d.jpg".formatted(i), i, i, null);
  }

  private static List<ImageObject> objects(int count) {
    var random = new Random(count);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new ImageObject(
                    "s3a://b/" + "größe/写真/🐈/".substring(random.nextInt(8)) + random.nextInt(),
                    random.nextInt(3) == 0 ? ImageObject.UNKNOWN : random.nextLong() >>> 20,
                    random.nextInt(3) == 0 ? ImageObject.UNKNOWN : random.nextLong(),
                    random.nextInt(3) == 0 ? null : "\"" + random.nextInt() + "\"",
                    random.nextInt(3) == 0 ? Map.of() : Map.of("label", "ä", "empty", "")))
        .toList();
  }
}
