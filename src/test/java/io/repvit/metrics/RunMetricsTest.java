package io.repvit.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured in parts is what is measured at once. */
class RunMetricsTest {
  private static final long MIDNIGHT = 1_767_139_200_000L;

  /** Scores that are sums of powers of two, so that sums do not depend on their order. */
  private record Image(String path, @Nullable String etag, float score, long doneAt) {}

  private static List<Image> images(int count) {
    var random = new Random(count);
    var images = new ArrayList<Image>();
    for (int i = 0; i < count; i++) {
      images.add(
          new Image(
              "s3a://b/%d.jpg".formatted(i),
              i % 3 == 0 ? null : "\"%x\"".formatted(random.nextLong()),
              random.nextInt(257) / 256f,
              MIDNIGHT + random.nextInt(100_000_000)));
    }
    return images;
  }

  private static RunMetrics of(List<Image> images) {
    var times = new StageTimes.Recorder();
    var timeline = new Timeline.Recorder();
    var digest = new InputDigest.Recorder();
    var scores = new Scores.Recorder();
    var embeddings = new EmbeddingSum.Recorder();
    var extremes = new Extremes.Recorder(4);
    var refusals = new Refusals.Recorder();
    var quality = new QualityIssues.Recorder();
    for (Image i : images) {
      times.infer.record((long) (1e6 * i.score));
      timeline.add(i.doneAt);
      digest.add(i.path, i.etag, 7, 9);
      scores.add(i.score);
      embeddings.add(new float[] {i.score, 1});
      extremes.offer(i.path, "cat", i.score, () -> () -> i.path + "'s picture");
      refusals.add(i.etag == null ? "fetch/A" : "fetch/B", i.path, "message");
      quality.add(i.score < 0.5 ? List.of("dark", "blurry") : List.of());
    }
    return new RunMetrics(
        images.size(),
        Map.of("stock", 1L),
        times.total(Durations.NONE),
        timeline.total(),
        digest.total(),
        scores.total(),
        embeddings.total(),
        extremes.total(),
        refusals.total(),
        quality.total(),
        new Traffic(images.size(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10})
  void partitionsAndTheirOrderChangeNothingButTheNumberOfTasks(int partitions) {
    List<Image> images = images(1000);
    var shuffled = new ArrayList<>(images);
    Collections.shuffle(shuffled, new Random(partitions));
    RunMetrics sum = RunMetrics.EMPTY;
    for (int p = 0; p < partitions; p++) {
      sum = sum.plus(of(shuffled.subList(1000 * p / partitions, 1000 * (p + 1) / partitions)));
    }
    RunMetrics expected = of(images);
    assertEquals(Map.of("stock", (long) partitions), sum.tasksByGraph());
    assertEquals(expected.times(), sum.times());
    assertEquals(expected.timeline(), sum.timeline());
    assertEquals(expected.digest(), sum.digest());
    assertEquals(expected.scores(), sum.scores());
    assertEquals(expected.embeddings(), sum.embeddings());
    assertEquals(expected.extremes(), sum.extremes());
    assertEquals(expected.refusals(), sum.refusals());
    assertEquals(expected.quality(), sum.quality());
    assertEquals(expected.traffic(), sum.traffic());
    assertEquals(expected.coreNanos(), sum.coreNanos());
  }

  @Test
  void theDigestIsTheSumOfHashesModuloTwoToThe256() throws Exception {
    List<Image> images = images(300);
    BigInteger sum = BigInteger.ZERO;
    for (Image i : images) {
      var sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update((i.path + "\0").getBytes(UTF_8));
      sha256.update(
          i.etag == null
              ? new byte[] {0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 9}
              : i.etag.getBytes(UTF_8));
      sum = sum.add(new BigInteger(1, sha256.digest()));
    }
    BigInteger expected = sum.mod(BigInteger.TWO.pow(256));
    assertEquals(expected, new BigInteger(of(images).digest().hex(), 16));
    assertNotEquals(
        of(images).digest(), of(images.subList(1, 300)).digest(), "one object is missing");
  }

  @Test
  void extremesAreThoseOfTheSortedListAndOnlyTheirPicturesAreMade() {
    List<Image> images = images(1000);
    List<String> expected =
        images.stream()
            .sorted(
                (a, b) ->
                    a.score == b.score ? a.path.compareTo(b.path) : Float.compare(a.score, b.score))
            .limit(4)
            .map(Image::path)
            .toList();
    Extremes found = of(images).extremes();
    assertEquals(expected, found.least().stream().map(Sample::path).toList());
    assertEquals(1, found.most().get(0).score());
    assertEquals(expected.get(0) + "'s picture", found.least().get(0).jpeg());
    var made = new ArrayList<String>();
    var encoded = new ArrayList<String>();
    var recorder = new Extremes.Recorder(2);
    for (float score : new float[] {0.5f, 0.6f, 0.55f, 0.9f, 0.1f, 0.56f}) {
      recorder.offer(
          "p" + score,
          "cat",
          score,
          () -> {
            made.add("p" + score);
            return () -> encoded.add("p" + score) ? "picture" : "";
          });
    }
    assertEquals(List.of("p0.5", "p0.6", "p0.55", "p0.9", "p0.1"), made);
    recorder.total();
    assertEquals(List.of("p0.9", "p0.6", "p0.1", "p0.5"), encoded, "those that are kept");
  }

  @Test
  void aLongRunTakesNoMoreRoomThanAShortOne() {
    var recorder = new Timeline.Recorder();
    var expected = new TreeMap<Long, Long>();
    for (int second = 0; second < 100_000; second++) {
      recorder.add(MIDNIGHT + 1000L * second);
      expected.merge((MIDNIGHT / 1000 + second) / 512 * 512, 1L, Long::sum);
    }
    Timeline timeline = recorder.total();
    assertTrue(timeline.images().size() <= Timeline.MOST);
    assertEquals(512, timeline.seconds());
    assertEquals(expected, timeline.images());
  }

  @Test
  void everythingSurvivesJsonAndJavaSerialisation() throws Exception {
    RunMetrics metrics = of(images(100));
    var json = new ObjectMapper();
    assertEquals(metrics, json.readValue(json.writeValueAsString(metrics), RunMetrics.class));
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(metrics);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(metrics, in.readObject());
    }
  }
}
