package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each form of input asks of a real S3 server. */
@Tag("slow")
class InputRequestsTest {
  @TempDir static Path folder;
  private static S3Server s3;
  private static Map<String, String> spark;

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start(folder);
    spark = Cli.sparkConf(s3);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Test
  void aListWithLengthsCostsAGetPerObjectAndOneWithoutAHeadAsWell() throws Exception {
    s3.createBucket("asked-images");
    Path images = folder.resolve("images");
    Samples.garments(images, 1);
    List<String> with = new ArrayList<>(List.of("path,length"));
    List<String> without = new ArrayList<>(List.of("path"));
    for (String file : Tables.filesBelow(images)) {
      byte[] content = Files.readAllBytes(images.resolve(file));
      s3.put("asked-images", file, content);
      with.add("s3://asked-images/%s,%d".formatted(file, content.length));
      without.add("s3a://asked-images/" + file);
    }
    assertEquals(new Requests(0, 10, 0), listed("with.csv", with));
    assertEquals(new Requests(10, 10, 0), listed("without.csv", without));
    // What is not there is asked for twice, and not read.
    without.add("s3a://asked-images/none.png");
    Requests ofNothing = listed("missing.csv", without);
    assertEquals(10, ofNothing.get());
    assertTrue(ofNothing.head() <= 12, ofNothing::toString);
  }

  private static Requests listed(String name, List<String> lines) throws Exception {
    Path list = Files.write(folder.resolve(name), lines);
    return Requests.of(s3, "asked-images", () -> classify(list.toUri().toString(), name, "paths"));
  }

  @Test
  void aShardCostsOneGetAndAnArchiveThree() throws Exception {
    s3.createBucket("asked-shards");
    Path packed = Path.of("src/test/resources/input");
    for (String file : List.of("webdataset/0000.tar", "webdataset/0001.tar", "images.zip")) {
      s3.put("asked-shards", file, Files.readAllBytes(packed.resolve(file)));
    }
    Requests ofShards =
        Requests.of(
            s3,
            "asked-shards",
            () -> classify("s3a://asked-shards/webdataset", "tar", "webdataset"));
    // Without a slash at its end the input may be an object too: that is what the HEAD asks.
    assertEquals(new Requests(1, 2, 1), ofShards);
    Requests ofArchive =
        Requests.of(
            s3, "asked-shards", () -> classify("s3a://asked-shards/images.zip", "zip", "zip"));
    assertTrue(ofArchive.get() <= 3, ofArchive::toString);
  }

  private static void classify(String input, String output, String format) {
    String tables = folder.resolve("output-" + output).toString();
    Cli.classify(spark, input, tables, "--input-format", format).done();
  }
}
