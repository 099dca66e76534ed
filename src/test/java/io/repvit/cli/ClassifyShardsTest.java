package io.repvit.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * Tar shards and zip archives, made by {@code golden_inputs.py} with Python's own libraries, of the
 * same ten images as a folder.
 */
class ClassifyShardsTest extends TenImages {
  @Test
  void tarShardsGiveEachImageOnceWithWhatItsSampleCarries() throws Exception {
    Path output = folder.resolve("tar");
    classify(PACKED.resolve("webdataset"), output, "webdataset", "--carry", "cls", "json");
    assertEquals(expected, Tables.answersByContent(output));
    try (Tables tables = Tables.open(output)) {
      String shards = "file:" + PACKED + "/webdataset/000";
      var found =
          tables.rows(
              "select path, carried['cls'], carried['json'] from predictions order by path");
      for (int i = 0; i < 10; i++) {
        String key = Tables.filesBelow(images).stream().sorted().toList().get(i);
        assertEquals(
            List.of(shards + i / 5 + ".tar#" + key, "" + i, "{\"größe\": " + i + "}"),
            found.get(i));
      }
      assertEquals(0, tables.count("predictions", "epoch_ms(modified_at) <> 1700000000000"));
      assertEquals(0, tables.count("quarantine", "true"));
    }
    assertEquals(10, Tables.manifest(output).get("listed").asInt());
  }

  @Test
  void aTruncatedShardGivesItsWholeImagesAndSaysHowFarItGot() throws Exception {
    Path shards = Files.createDirectories(folder.resolve("broken-shards"));
    byte[] shard = Files.readAllBytes(PACKED.resolve("webdataset/0000.tar"));
    // Headers and padding included, a sample has at least 3 KiB: the cut is in the third image.
    int cut = indexOf(shard, Files.readAllBytes(images.resolve("coat/00006.png"))) + 50;
    Files.write(shards.resolve("0000.tar"), Arrays.copyOf(shard, cut));
    try (var gzip = new GZIPOutputStream(Files.newOutputStream(shards.resolve("0001.tar.gz")))) {
      Files.copy(PACKED.resolve("webdataset/0001.tar"), gzip);
    }
    Path output = folder.resolve("broken-tar");
    classify(shards, output, "webdataset", "--max-quarantine-rate", "1");
    try (Tables tables = Tables.open(output)) {
      assertEquals(2, tables.count("predictions", "path like '%/0000.tar#%'"));
      assertEquals(5, tables.count("predictions", "path like '%/0001.tar.gz#%'"));
      var rows =
          tables.rows(
              "select replace(path, '%s', ''), stage, code from quarantine order by path"
                  .formatted("file:" + shards + "/"));
      assertEquals(
          List.of(
              List.of("0000.tar", "fetch", "BROKEN_SHARD"),
              List.of("0000.tar#coat/00006.png", "fetch", "IO_ERROR")),
          rows);
      assertEquals(
          1, tables.count("quarantine", "message like 'the shard failed after 3 images: %'"));
    }
    assertEquals(9, Tables.manifest(output).get("listed").asInt());
  }

  @Test
  void zipArchivesGiveEachMemberThatIsNotHidden() throws Exception {
    Path output = folder.resolve("zip");
    classify(PACKED.resolve("images.zip"), output, "zip");
    assertEquals(expected, Tables.answersByContent(output));
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          1,
          tables.count(
              "predictions", "path = 'file:%s/images.zip#bag/00018.png'".formatted(PACKED)));
      assertEquals(
          List.of(List.of("file:" + PACKED + "/images.zip#notes.txt", "UNRECOGNISED")),
          tables.rows("select path, code from quarantine"));
    }
  }

  @Test
  void bombsAndDamageInAnArchiveCostOnlyTheirOwnMembers() throws Exception {
    Path output = folder.resolve("hostile");
    classify(
        PACKED.resolve("hostile.zip"),
        output,
        "zip",
        "--max-image-bytes",
        Samples.MAX_IMAGE_BYTES,
        "--max-quarantine-rate",
        "1");
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(
              List.of("damaged.png", "fetch/DAMAGED_MEMBER"),
              List.of("honest.png", "list/TOO_MANY_BYTES"),
              List.of("liar.png", "list/TOO_MANY_BYTES")),
          tables.rows(
              "select split_part(path, '#', 2), stage || '/' || code from quarantine order by 1"));
      assertEquals(1, tables.count("predictions", "path like '%#sound.png'"));
    }
  }

  private static int indexOf(byte[] all, byte[] part) {
    return new String(all, ISO_8859_1).indexOf(new String(part, ISO_8859_1));
  }
}
