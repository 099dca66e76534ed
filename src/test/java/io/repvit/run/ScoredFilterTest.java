package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.plan.Plan;
import io.repvit.plan.Plans;
import io.repvit.plan.ScoredVersions;
import io.repvit.source.ImageSource;
import io.repvit.source.ObjectImages;
import io.repvit.source.ShardSource;
import io.repvit.source.SourceObject;
import io.repvit.source.ZipShard;
import io.repvit.table.ScoredRows;
import io.repvit.testing.LocalSpark;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans without the objects that tables have; the expected objects are made with sets. */
@Timeout(120)
@Tag("slow")
class ScoredFilterTest {
  private static final StructType ROW =
      new StructType()
          .add("path", "string")
          .add("length", "long")
          .add("modified_at", "timestamp")
          .add("etag", "string")
          .add("stage", "string")
          .add("code", "string")
          .add("model_sha256", "string")
          .add("preprocessing", "string")
          .add("conditions", "string")
          .add("run", "string");

  /** A run whose manifest does not have the conditions under which images failed. */
  private static final String OLD = "0";

  @RegisterExtension private static final LocalSpark SPARK = new LocalSpark();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 40_000})
  void whatIsLeftIsTheRestInTheOrderOfThePlan(int count) throws Exception {
    var random = new Random(count);
    List<SourceObject> planned =
        IntStream.range(0, count)
            .mapToObj(i -> object(random, "s3a://b/ä#%07d".formatted(i)))
            .toList();
    var rows = new ArrayList<Row>();
    Set<SourceObject> scored = new HashSet<>();
    for (SourceObject object : planned) {
      switch (random.nextInt(4)) {
        case 0 -> {
          rows.add(prediction(object));
          rows.add(prediction(object)); // by another run too
          scored.add(object);
        }
        case 1 -> rows.add(prediction(object(random, object.path()))); // another version
        case 2 -> rows.add(prediction(object(random, object.path() + "x")));
        default -> {}
      }
    }
    scored.removeIf(object -> object.version() == null);
    Plan all = plan(planned, ObjectImages::open);
    Plan left =
        all.withoutScored(Optional.of(known(rows, List.of())), files(), SPARK.session()).plan();
    assertEquals(planned.stream().filter(o -> !scored.contains(o)).toList(), objects(left));
    assertEquals(count - scored.size(), left.count());
    Plan again =
        left.withoutScored(Optional.of(known(rows, List.of())), files(), SPARK.session()).plan();
    assertEquals(objects(left), objects(again));
  }

  @Test
  void anObjectIsScoredInTheVersionThatItsRowHas() throws Exception {
    var etag = new SourceObject("s3a://b/etag", 5, 9, "\"v1\"");
    var time = new SourceObject("file:/b/time", 5, 1_700_000_000_123L, null);
    var before1970 = new SourceObject("file:/b/before", 0, -77, null);
    var unknown = new SourceObject("s3a://b/unknown", 5, SourceObject.UNKNOWN, null);
    List<Row> rows =
        List.of(prediction(etag), prediction(time), prediction(before1970), prediction(unknown));
    assertEquals(
        List.of(
            new SourceObject("s3a://b/etag", 5, 9, "\"v2\""),
            new SourceObject("file:/b/time", 5, 1_700_000_000_124L, null),
            new SourceObject("file:/b/time", 6, 1_700_000_000_123L, null),
            unknown),
        left(
            rows,
            List.of(),
            ObjectImages::open,
            etag,
            new SourceObject("s3a://b/etag", 6, 10, "\"v1\""), // only the ETag counts
            new SourceObject("s3a://b/etag", 5, 9, "\"v2\""),
            time,
            new SourceObject("file:/b/time", 5, 1_700_000_000_124L, null),
            new SourceObject("file:/b/time", 6, 1_700_000_000_123L, null),
            before1970,
            unknown));
  }

  @Test
  void aShardIsScoredWhenARunHasReadItToItsEnd() throws Exception {
    SourceObject whole = shard("whole");
    SourceObject broken = shard("broken");
    SourceObject later = shard("later");
    SourceObject cut = shard("cut");
    SourceObject fresh = shard("fresh");
    SourceObject replaced = shard("replaced");
    SourceObject onlyBad = shard("only-bad");
    SourceObject odd = shard("odd#name");
    SourceObject mixed = shard("mixed");
    SourceObject asImage = shard("as-image");
    SourceObject named = shard("named");
    List<Row> predictions = new ArrayList<>();
    List<Row> quarantine = new ArrayList<>();
    for (SourceObject shard : List.of(whole, broken, later, cut, odd)) {
      predictions.add(row(shard.member("a#1.png", 3, 4), null, null, "1"));
    }
    predictions.add(row(later.member("b.png", 3, 4), null, null, "2"));
    predictions.add(
        row(new SourceObject(replaced.path(), 5, 6, null).member("a.png", 3, 4), null, null, "1"));
    quarantine.add(row(whole.member("b.png", 3, 4), "decode", "TRUNCATED", "1"));
    quarantine.add(row(whole.member("c.png", 3, 4), "fetch", "DAMAGED_MEMBER", "1"));
    quarantine.add(row(broken, "fetch", "BROKEN_SHARD", "1"));
    quarantine.add(row(later, "fetch", "BROKEN_SHARD", "1"));
    quarantine.add(row(cut.member("b.png", 3, 4), "fetch", "IO_ERROR", "1"));
    quarantine.add(row(onlyBad.member("a.png", 3, 4), "decode", "TRUNCATED", "1"));
    quarantine.add(row(mixed.member("a.png", 3, 4), "decode", "TRUNCATED", "1"));
    quarantine.add(row(mixed.member("b.png", 3, 4), "infer", "NOT_FINITE", "1"));
    quarantine.add(row(asImage, "decode", "UNRECOGNISED", "1")); // by a run over objects
    quarantine.add(row(named, "list", "BAD_NAME", "1"));
    assertEquals(
        List.of(broken, cut, fresh, replaced, mixed, asImage),
        left(
            predictions,
            quarantine,
            new ShardSource(new ZipShard()),
            whole,
            broken,
            later,
            cut,
            fresh,
            replaced,
            onlyBad,
            odd,
            mixed,
            asImage,
            named));
  }

  @Test
  void whatFailedIsLeftOutWhenItWouldFailAgain() throws Exception {
    var scored = object("scored");
    var store = object("store");
    var broken = object("broken");
    var named = object("named");
    var carried = object("carried");
    var otherLimits = object("other-limits");
    var otherModel = object("other-model");
    var replaced = object("replaced");
    List<Row> quarantine =
        List.of(
            row(scored, "decode", "TOO_SLOW", "1"),
            row(store, "fetch", "TIMEOUT", "1"),
            row(store, "decode", "DECODER_BUSY", "1"),
            row(broken, "fetch", "TIMEOUT", OLD),
            row(broken, "decode", "TRUNCATED", OLD),
            row(broken, "decode", "TRUNCATED", "1"),
            row(named, "list", "BAD_NAME", "1"),
            row(carried, "list", "CARRIED_TOO_LONG", "1"),
            row(otherLimits, "decode", "TOO_MANY_PIXELS", OLD),
            row(new SourceObject(replaced.path(), 5, 9, "\"q\""), "decode", "TRUNCATED", "1"));
    Plan all =
        plan(
            List.of(scored, store, broken, named, carried, otherLimits, otherModel, replaced),
            ObjectImages::open);
    Plan.Remainder rest =
        all.withoutScored(
            Optional.of(known(List.of(prediction(scored)), quarantine)), files(), SPARK.session());
    assertEquals(List.of(store, carried, otherLimits, otherModel, replaced), objects(rest.plan()));
    assertEquals(2, rest.failed());
    assertEquals(3, rest.plan().failedBefore());
    Dataset<Row> rows = ScoredRows.of(table(List.of()), table(quarantine));
    for (ScoredVersions other :
        List.of(
            ScoredFilter.of(rows, Set.of("other"), "p", "c"),
            ScoredFilter.of(rows, Set.of("m"), "p", "other"))) {
      Plan.Remainder all8 = all.withoutScored(Optional.of(other), files(), SPARK.session());
      assertEquals(0, all8.failed());
      assertEquals(6, all8.plan().failedBefore());
    }
  }

  private static SourceObject object(String name) {
    return new SourceObject("s3a://b/" + name, 5, 9, "\"" + name + "\"");
  }

  private static SourceObject shard(String name) {
    return new SourceObject("file:/b/" + name + ".zip", name.length(), 1_700_000_000_000L, null);
  }

  private static SourceObject object(Random random, String path) {
    return new SourceObject(
        path,
        random.nextInt(9) == 0 ? SourceObject.UNKNOWN : random.nextLong() >>> 20,
        random.nextInt(9) == 0 ? SourceObject.UNKNOWN : random.nextLong() >>> 20,
        random.nextBoolean() ? null : "\"" + random.nextInt() + "\"",
        random.nextInt(3) == 0 ? Map.of("label", "ä") : Map.of());
  }

  private static ScoredVersions known(List<Row> predictions, List<Row> quarantine) {
    return ScoredFilter.of(
        ScoredRows.of(table(predictions), table(quarantine)), Set.of("m"), "p", "c");
  }

  private List<SourceObject> left(
      List<Row> predictions,
      List<Row> quarantine,
      ImageSource<SourceObject> source,
      SourceObject... planned)
      throws Exception {
    Plan plan = plan(List.of(planned), source);
    return objects(
        plan.withoutScored(Optional.of(known(predictions, quarantine)), files(), SPARK.session())
            .plan());
  }

  private org.apache.hadoop.fs.Path files() {
    return new org.apache.hadoop.fs.Path(folder.resolve("plan-" + UUID.randomUUID()).toUri());
  }

  private Plan plan(List<SourceObject> objects, ImageSource<SourceObject> source) throws Exception {
    return Plans.of(objects, 1, source, files(), SPARK.session());
  }

  private static List<SourceObject> objects(Plan plan) {
    return Plans.partitions(plan, 3, SPARK.session()).stream().flatMap(List::stream).toList();
  }

  private static Row prediction(SourceObject object) {
    return row(object, null, null, "1");
  }

  private static Row row(
      SourceObject object, @Nullable String stage, @Nullable String code, String run) {
    return RowFactory.create(
        Arrays.asList(
                object.path(),
                object.length() == SourceObject.UNKNOWN ? null : object.length(),
                object.modifiedAt() == SourceObject.UNKNOWN
                    ? null
                    : new Timestamp(object.modifiedAt()),
                object.etag(),
                stage,
                code,
                "m",
                "p",
                run.equals(OLD) ? null : "c",
                run)
            .toArray());
  }

  private static Dataset<Row> table(List<Row> rows) {
    return SPARK.session().createDataFrame(rows, ROW);
  }
}
