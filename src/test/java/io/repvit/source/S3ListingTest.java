package io.repvit.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import io.repvit.testing.KeyServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What inputs mean in a bucket. */
class S3ListingTest {
  private static final String BUCKET = "s3a://listed/";
  private static KeyServer s3;
  private static Configuration configuration;

  @BeforeAll
  static void start() throws Exception {
    s3 = KeyServer.start();
    configuration = new Configuration();
    s3.sparkProperties()
        .forEach((k, v) -> configuration.set(k.substring("spark.hadoop.".length()), v));
    configuration.setBoolean("fs.s3a.impl.disable.cache", true);
    for (String key :
        List.of(
            "a/1.png",
            "a/12:30/2.png",
            "a/b/c/3.png",
            "a//4.png",
            "a",
            "d/_5.png",
            "d/6.PNG",
            "p%20+/7 8.png",
            "out/runs/9.json",
            "out/runs.png",
            "t/10.tar",
            "t/11.TGZ",
            "t/12.zip")) {
      s3.put("listed", key, new byte[1]);
    }
    s3.put("listed", "marked/", new byte[0]);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  private static final class Found implements ObjectSource.Sink {
    final List<String> keys = new ArrayList<>();
    LeftOut leftOut = LeftOut.NONE;

    @Override
    public void accept(SourceObject object) {
      assertEquals(1, object.length());
      keys.add(object.path().substring(BUCKET.length()));
    }

    @Override
    public void leaveOut(LeftOut.Rule rule, long names) {
      leftOut = leftOut.plus(LeftOut.of(rule, names));
    }
  }

  private static Found list(ListingRules rules, String... inputs) throws UserException {
    var found = new Found();
    List<String> uris = Arrays.stream(inputs).map(i -> BUCKET + i).toList();
    List<ObjectSource> all = ObjectListing.of(uris, rules, configuration);
    var left = new ArrayList<>(all);
    while (!left.isEmpty()) {
      left.addAll(left.remove(0).list(found));
    }
    for (ObjectSource source : all) {
      source.end();
    }
    found.keys.sort(null);
    return found;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a/b | a/b/c/3.png",
        // An object and a folder of one name are both meant, unless a slash says which.
        "a | a a//4.png a/1.png a/12:30/2.png a/b/c/3.png",
        "a/ | a//4.png a/1.png a/12:30/2.png a/b/c/3.png",
        "a// | a//4.png",
        "a//4.png | a//4.png",
        "a/12:30/*.png | a/12:30/2.png",
        "a/*/*.png a/12:30/2.png | a//4.png a/12:30/2.png",
        "a/?*/*.png | a/12:30/2.png",
        "d/*.PNG | d/6.PNG",
        "d d/_* | d/6.PNG d/_5.png",
        "?%20+/*\\ 8.png | p%20+/7 8.png",
        "a/**/*.png | a//4.png a/1.png a/12:30/2.png a/b/c/3.png",
        "a/** | a//4.png a/1.png a/12:30/2.png a/b/c/3.png",
        "a/**/c/*.png | a/b/c/3.png",
        "a/**/b | a/b/c/3.png",
        "**/*.{png,PNG} a/*.png | a//4.png a/1.png a/12:30/2.png a/b/c/3.png d/6.PNG out/runs.png p%20+/7 8.png",
        "**/_*.png | d/_5.png",
      })
  void anInputMeansTheseKeys(String inputs, String keys) throws Exception {
    assertEquals(keys, String.join(" ", list(ListingRules.ALL, inputs.split(" (?!8)")).keys));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "none/",
        "a/b/c/3.png/",
        "a/**/*.gif",
        "a/x**/*.png",
        "e/*",
        "a/*/none",
        "a/*.gif"
      })
  void anInputThatMeansNothingIsNamed(String input) {
    var e = assertThrows(UserException.class, () -> list(ListingRules.ALL, input, "d"));
    assertTrue(String.valueOf(e.getMessage()).startsWith("input " + BUCKET + input), e.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "d | hidden | 1",
        "marked | folder_markers | 1",
        "out | output | 1",
        "out/* | output | 1",
        "out/runs | output | 0",
        "a/**/*.png a/*/c/*.png | duplicates | 1",
      })
  void whatIsLeftOutIsCounted(String inputs, String rule, long names) throws Exception {
    var rules = new ListingRules(List.of(), List.of(BUCKET + "out/runs"));
    assertEquals(names, list(rules, inputs.split(" ")).leftOut.byName().get(rule));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"t | t/10.tar t/11.TGZ", "t/11.TGZ | t/11.TGZ", "t/* | t/10.tar t/11.TGZ"})
  void aFormatTakesWhatFitsIt(String input, String keys) throws Exception {
    var rules = new ListingRules(new TarShard(List.of()).endings(), List.of());
    Found found = list(rules, input);
    assertEquals(keys, String.join(" ", found.keys));
    assertEquals(input.endsWith("TGZ") ? 0 : 1, found.leftOut.byName().get("other_format"));
    var e = assertThrows(UserException.class, () -> list(rules, "t/12.zip"));
    assertTrue(String.valueOf(e.getMessage()).contains("t/12.zip has another format"));
  }
}
