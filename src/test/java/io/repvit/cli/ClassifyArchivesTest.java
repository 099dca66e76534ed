package io.repvit.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives with names and orders of members that tools write and few expect. */
class ClassifyArchivesTest {
  private static final int RECORD_BYTES = 512;

  @TempDir private static Path folder;
  private static byte[] image;

  @BeforeAll
  static void takeAnImage() throws Exception {
    Samples.garments(folder.resolve("images"), 1);
    image =
        Files.readAllBytes(
            folder.resolve("images").resolve(Tables.filesBelow(folder.resolve("images")).get(0)));
  }

  @Test
  void everyMemberOfATarHasItsOwnPathAndItsCarriedValue() throws Exception {
    Path shards = Files.createDirectories(folder.resolve("tar"));
    byte[] one = tar("u.png");
    Files.write(shards.resolve("interleaved.tar"), tar("a.png", "b.png", "a.cls=1", "b.cls=2"));
    Files.write(shards.resolve("dupmember.tar"), tar("a.png", "a.png", "a.png", "a.cls=3"));
    Files.write(shards.resolve("latin.tar"), tar("caf\u00e9.png"));
    Files.write(
        shards.resolve("samples.tar"),
        tar(
            "k1.left.png",
            "k1.json={}",
            "k1.cls=7",
            "k2.PNG",
            "k2.cls=8",
            "k3.jfif",
            "k4.img",
            "k5",
            ".hidden.png"));
    Files.write(shards.resolve("UP.TAR"), one);
    Files.write(shards.resolve("b.tar.bz2"), bzip2(one));
    Files.write(shards.resolve("noeof.tar"), Arrays.copyOf(one, withoutEnd(one)));
    byte[] both = Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, both, one.length, one.length);
    Files.write(shards.resolve("cat.tar"), both);
    Path output = folder.resolve("tar-output");
    String[] options = {
      "--input-format", "webdataset", "--carry", "cls", "--max-quarantine-rate", "1"
    };
    Cli.Ended ended = Cli.classify(shards, output, options).done();
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(
              List.of("UP.TAR#u.png", "-"),
              List.of("b.tar.bz2#u.png", "-"),
              List.of("cat.tar#u.png", "-"),
              List.of("dupmember.tar#a.png", "3"),
              List.of("dupmember.tar#a.png#2", "3"),
              List.of("dupmember.tar#a.png#3", "3"),
              List.of("interleaved.tar#a.png", "1"),
              List.of("interleaved.tar#b.png", "2"),
              List.of("latin.tar#caf\u00e9.png", "-"),
              List.of("noeof.tar#u.png", "-"),
              List.of("samples.tar#k1.left.png", "7"),
              List.of("samples.tar#k2.PNG", "8"),
              List.of("samples.tar#k3.jfif", "-")),
          tables.rows(
              "select split_part(path, '/tar/', 2) as p, coalesce(carried['cls'], '-')"
                  + " from predictions order by p"));
      assertEquals(
          List.of(List.of("cat.tar", "BROKEN_SHARD"), List.of("noeof.tar", "BROKEN_SHARD")),
          tables.rows("select split_part(path, '/tar/', 2) as p, code from quarantine order by p"));
    }
    assertEquals(4, Tables.manifest(output).get("left_out").get("members").asInt());
    assertTrue(ended.out().contains("4 members that are no images"), ended.out());
  }

  @Test
  void everyMemberOfAZipHasItsOwnPath() throws Exception {
    Path archives = Files.createDirectories(folder.resolve("zip"));
    Files.write(archives.resolve("cp437.zip"), zip("IBM437", "caf\u00e9.png"));
    Files.write(archives.resolve("dups.zip"), zip("UTF-8", "a.png", "a.png"));
    Files.write(
        archives.resolve("UP.ZIP"),
        zip("UTF-8", "__MACOSX/", "__MACOSX/._a.png", "p/.DS_Store", "p/\u00fc.png"));
    Path output = folder.resolve("zip-output");
    Cli.classify(archives, output, "--input-format", "zip").done();
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(
              List.of("UP.ZIP#p/\u00fc.png"),
              List.of("cp437.zip#caf\u00e9.png"),
              List.of("dups.zip#a.png"),
              List.of("dups.zip#a.png#2")),
          tables.rows("select split_part(path, '/zip/', 2) as p from predictions order by p"));
      assertEquals(0, tables.count("quarantine", "true"));
    }
    assertEquals(2, Tables.manifest(output).get("left_out").get("members").asInt());
  }

  /** Members with the image, or with the text behind {@code =}; names are in ISO-8859-1. */
  private static byte[] tar(String... members) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes, ISO_8859_1.name())) {
      for (String member : members) {
        String[] parts = member.split("=", 2);
        byte[] content = parts.length == 1 ? image : parts[1].getBytes(UTF_8);
        var entry = new TarArchiveEntry(parts[0]);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** The length of a tar file without the empty records that end it. */
  private static int withoutEnd(byte[] tar) {
    int end = tar.length;
    while (tar[end - 1] == 0) {
      end--;
    }
    return (end + RECORD_BYTES - 1) / RECORD_BYTES * RECORD_BYTES;
  }

  private static byte[] bzip2(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var bzip2 = new BZip2CompressorOutputStream(bytes)) {
      bzip2.write(content);
    }
    return bytes.toByteArray();
  }

  /** Members with the image, whose names are in {@code charset} without a flag that says so. */
  private static byte[] zip(String charset, String... members) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipArchiveOutputStream(bytes)) {
      zip.setEncoding(charset);
      zip.setUseLanguageEncodingFlag(false);
      for (String member : members) {
        zip.putArchiveEntry(new ZipArchiveEntry(member));
        if (!member.endsWith("/")) {
          zip.write(image);
        }
        zip.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
