package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.repvit.testing.KeyServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buckets with keys that no file system has. */
@Tag("slow")
class OddKeysTest {
  /** Keys that Hadoop's paths have. */
  private static final List<String> NAMED =
      List.of(
          "a/b.png",
          "lead.png",
          "dot.png",
          "up.png",
          "slash.png",
          "a b%20%2F+&=?#.png",
          "größe/写真-🐈.png",
          "12:30:00/co:lon.png",
          "control\u0001\u001f.png",
          "two\nlines.png",
          "~'\"<>|\\*[x]{y}.png",
          "a/b../c...png");

  /** Keys that they have not, most of them beside one that they would become. */
  private static final List<String> UNNAMED =
      List.of(
          "/lead.png", "//", "a//b.png", "./dot.png", "a/../up.png", "slash.png/", "z/.", "z/..");

  private static final String BUCKET = "odd-keys";

  @TempDir private Path folder;
  private KeyServer s3;

  @BeforeEach
  void start() throws Exception {
    s3 = KeyServer.start();
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  private Map<String, String> spark() throws Exception {
    Map<String, String> spark = new HashMap<>(Cli.sparkConf());
    spark.putAll(s3.sparkProperties());
    spark.put("spark.hadoop.fs.s3a.impl.disable.cache", "true");
    return spark;
  }

  @Test
  void everyKeyIsARowOfItsOwnOrCounted() throws Exception {
    var hashes = new TreeMap<String, String>();
    List<Path> images = Samples.children(Samples.FASHION.resolve("bag"));
    var all = new ArrayList<>(NAMED);
    all.addAll(UNNAMED);
    for (int i = 0; i < all.size(); i++) {
      byte[] image = Files.readAllBytes(images.get(i));
      s3.put(BUCKET, all.get(i), image);
      hashes.put(
          "s3a://" + BUCKET + "/" + all.get(i),
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image)));
    }
    s3.put(BUCKET, "_hidden/a.png", new byte[1]);
    s3.put(BUCKET, "a/.hidden.png", new byte[1]);
    s3.put(BUCKET, "empty.png", new byte[0]);
    for (String marker : List.of("a/", "x//", "y_$folder$")) {
      s3.put(BUCKET, marker, new byte[0]);
    }
    // Without the slash of the root, beside another input.
    Path local = Files.createDirectories(folder.resolve("local"));
    Files.copy(images.get(50), local.resolve("local.png"));
    Path output = folder.resolve("out");
    Cli.Ended run =
        Cli.classify(
                spark(),
                "s3a://" + BUCKET,
                output.toString(),
                "--input",
                local.toString(),
                "--max-quarantine-rate",
                "1")
            .done();

    JsonNode manifest = Tables.manifest(output);
    assertEquals(
        "{\"hidden\":2,\"other_format\":0,\"duplicates\":0,\"folder_markers\":3,"
            + "\"link_loops\":0,\"output\":0,\"members\":0,\"blank_lines\":0,\"old_versions\":0}",
        manifest.get("left_out").toString());
    assertTrue(run.out().contains("left out: 2 with hidden names, 3 folder markers"), run.out());
    try (Tables tables = Tables.open(output)) {
      var predicted = new TreeMap<String, String>();
      for (List<Object> row : tables.rows("select path, content_sha256 from predictions")) {
        predicted.put((String) row.get(0), (String) row.get(1));
      }
      predicted.remove("file:" + local + "/local.png");
      var expected = new TreeMap<>(hashes);
      UNNAMED.forEach(key -> expected.remove("s3a://" + BUCKET + "/" + key));
      assertEquals(expected, predicted);
      assertEquals(
          UNNAMED.stream().sorted().toList(),
          tables
              .rows("select path from quarantine where stage = 'list' and code = 'BAD_NAME'")
              .stream()
              .map(row -> ((String) row.get(0)).substring(("s3a://" + BUCKET + "/").length()))
              .sorted()
              .toList());
      assertEquals(
          List.of(List.of("s3a://" + BUCKET + "/empty.png", "EMPTY")),
          tables.rows("select path, code from quarantine where code <> 'BAD_NAME'"));
    }
    // Nothing was read twice, or under another name.
    assertEquals(NAMED.stream().sorted().toList(), s3.read().stream().sorted().toList());
  }

  @Test
  void aBucketWithoutItsSlashIsABucket() throws Exception {
    s3.put(BUCKET, "a//b/1.png", new byte[1]);
    s3.put(BUCKET, "c.png", new byte[1]);
    String[] dry = {"--dry-run"};
    Cli.Ended all = Cli.classify(spark(), "s3a://" + BUCKET, folder + "/out", dry).done();
    assertTrue(all.out().startsWith("2 objects "), all.out());
    assertTrue(all.out().contains("; left out: nothing;"), all.out());
    String missing = Cli.classify(spark(), "s3a://no-bucket", folder + "/out", dry).refusal();
    assertTrue(missing.contains("input s3a://no-bucket cannot be listed: "), missing);
  }
}
