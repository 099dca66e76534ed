package io.repvit.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.plan.Plans;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards made by Python (golden_inputs.py), whole and damaged. */
class ShardTest {
  private static final Path PACKED = Path.of("src/test/resources/input");
  private static final long MAX_BYTES = 100_000;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"webdataset/0000.tar", "webdataset/0001.tar"})
  void aTruncatedShardGivesTheImagesBeforeTheCutAndARow(String name) throws Exception {
    byte[] shard = Files.readAllBytes(PACKED.resolve(name));
    List<Fetched> whole = read(new TarShard(List.of()), shard);
    assertEquals(5, whole.size());
    // Python pads with empty blocks; the first of them is the end mark.
    int end = shard.length;
    while (shard[end - 1] == 0) {
      end--;
    }
    end = (end + 511) / 512 * 512;
    for (int cut = 0; cut < end + 512; cut += 128) {
      byte[] part = Arrays.copyOf(shard, cut);
      List<Fetched> read = read(new TarShard(List.of()), part);
      String told = new String(part, ISO_8859_1);
      var images = new ArrayList<String>();
      var reasons = new ArrayList<String>();
      for (Fetched fetched : read) {
        if (fetched instanceof Fetched.Bytes b) {
          images.add(b.object().path());
        } else if (fetched instanceof Fetched.Failed f) {
          reasons.add(f.row().object().path().contains("#") ? "member" : f.row().reason());
        }
      }
      var expected =
          whole.stream()
              .map(Fetched.Bytes.class::cast)
              .filter(b -> told.contains(new String(b.bytes(), ISO_8859_1)))
              .map(b -> b.object().path())
              .toList();
      assertEquals(expected, images, "cut at " + cut);
      reasons.remove("member");
      assertEquals(List.of("fetch/BROKEN_SHARD"), reasons, "cut at " + cut);
    }
  }

  /** Two concatenated archives, as {@code cat} makes them; tar reads only the first. */
  @Test
  void dataBehindTheEndMarkBreaksTheShard() throws Exception {
    byte[] first = Files.readAllBytes(PACKED.resolve("webdataset/0000.tar"));
    byte[] both = Arrays.copyOf(first, 2 * first.length);
    System.arraycopy(first, 0, both, first.length, first.length);
    List<String> read = told(read(new TarShard(List.of()), both));
    assertEquals(6, read.size());
    assertTrue(read.get(5).endsWith("fetch/BROKEN_SHARD"), read.get(5));
  }

  /** The library would hold names and attributes of any length in memory. */
  @ParameterizedTest
  @ValueSource(bytes = {TarConstants.LF_GNUTYPE_LONGNAME, TarConstants.LF_PAX_EXTENDED_HEADER_LC})
  void aHeaderLongerThanAnyNameBreaksTheShard(byte type) throws Exception {
    String name = "c".repeat(2 << 20);
    boolean pax = type == TarConstants.LF_PAX_EXTENDED_HEADER_LC;
    byte[] header = (pax ? "2097166 path=" + name + "\n" : name).getBytes(ISO_8859_1);
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      add(tar, "a.txt", new byte[3 << 20]);
      add(tar, "b".repeat(1000) + ".jpg", new byte[1]);
      var longName = new TarArchiveEntry("././@LongLink", type);
      longName.setSize(header.length);
      tar.putArchiveEntry(longName);
      tar.write(header);
      tar.closeArchiveEntry();
      add(tar, "c.jpg", new byte[1]);
    }
    List<String> read = told(read(new TarShard(List.of()), bytes.toByteArray()));
    assertEquals(2, read.size());
    assertTrue(read.get(0).startsWith("bbb"), read.get(0));
    assertTrue(read.get(1).endsWith("fetch/BROKEN_SHARD"), read.get(1));
  }

  @Test
  void membersThatCannotBeTakenAreToldApart() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      add(tar, "a.jpg", new byte[(int) MAX_BYTES + 1]);
      add(tar, "b.jpg", new byte[0]);
      var link = new TarArchiveEntry("c.jpg", TarArchiveEntry.LF_SYMLINK);
      link.setLinkName("a.jpg");
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
      add(tar, ".d.jpg", new byte[1]);
      add(tar, "e.txt", new byte[1]);
      add(tar, "x.y/f.left.JPG", new byte[1]);
    }
    assertEquals(
        List.of(
            "a.jpg list/TOO_MANY_BYTES",
            "b.jpg list/EMPTY",
            "c.jpg list/NO_FILE",
            "x.y/f.left.JPG"),
        told(read(new TarShard(List.of()), bytes.toByteArray())));
  }

  @Test
  void aColumnTooLongToCarryCostsOnlyItsOwnSample() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      add(tar, "a.jpg", new byte[1]);
      add(tar, "a.json", new byte[(64 << 10) + 1]);
      add(tar, "b.json", "ä".getBytes(UTF_8));
      add(tar, "b.left.jpg", new byte[1]);
      add(tar, "b.right.jpg", new byte[1]);
      add(tar, "c.jpg", new byte[1]);
    }
    List<Fetched> read = read(new TarShard(List.of("json")), bytes.toByteArray());
    assertEquals(
        List.of("a.jpg list/CARRIED_TOO_LONG", "b.left.jpg", "b.right.jpg", "c.jpg"), told(read));
    assertEquals(
        List.of("{json=ä}", "{json=ä}", "{}"),
        read.stream()
            .filter(Fetched.Bytes.class::isInstance)
            .map(f -> ((Fetched.Bytes) f).object().carried().toString())
            .toList());
  }

  @ParameterizedTest
  @CsvSource({"shard.tar.gz", "shard.tgz"})
  void aCompressedShardGivesWhatThePlainOneGives(String name) throws Exception {
    byte[] plain = Files.readAllBytes(PACKED.resolve("webdataset/0000.tar"));
    List<String> expected = told(read(new TarShard(List.of()), plain));
    assertEquals(expected, told(read(new TarShard(List.of()), name, gzip(plain))));
    // Two concatenated members, as parallel compressors write them.
    var parts = new ByteArrayOutputStream();
    parts.write(gzip(Arrays.copyOf(plain, 700)));
    parts.write(gzip(Arrays.copyOfRange(plain, 700, plain.length)));
    assertEquals(expected, told(read(new TarShard(List.of()), name, parts.toByteArray())));
  }

  @Test
  void aCompressedShardThatIsCutDamagedOrEmptyIsBroken() throws Exception {
    byte[] plain = Files.readAllBytes(PACKED.resolve("webdataset/0000.tar"));
    byte[] sound = gzip(plain);
    byte[] damaged = sound.clone();
    damaged[sound.length - 6]++; // in the checksum, after all images
    for (byte[] shard : List.of(Arrays.copyOf(sound, sound.length - 9), damaged)) {
      List<String> read = told(read(new TarShard(List.of()), "shard.tgz", shard));
      assertEquals(6, read.size());
      assertTrue(read.get(5).endsWith("fetch/BROKEN_SHARD"), read.get(5));
    }
    List<String> read = told(read(new TarShard(List.of()), "shard.tgz", new byte[0]));
    assertEquals(1, read.size());
    assertTrue(read.get(0).endsWith("fetch/BROKEN_SHARD"), read.get(0));
  }

  @Test
  void compressionIsToldByContentNotByName() throws Exception {
    byte[] plain = Files.readAllBytes(PACKED.resolve("webdataset/0000.tar"));
    List<String> expected = told(read(new TarShard(List.of()), plain));
    assertEquals(expected, told(read(new TarShard(List.of()), "shard.tgz", plain)));
    assertEquals(expected, told(read(new TarShard(List.of()), "shard.tar", gzip(plain))));
  }

  @Test
  void aCompressedShardThatInflatesWithoutEndIsRefused() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      add(tar, "a.jpg", new byte[] {1});
      add(tar, "b.txt", new byte[40 << 20]);
    }
    List<Fetched> read = read(new TarShard(List.of()), "shard.tgz", gzip(bytes.toByteArray()));
    assertEquals("a.jpg", told(read).get(0));
    assertEquals(2, read.size());
    String message = ((Fetched.Failed) read.get(1)).row().message();
    assertTrue(message.contains("expected at most 100 times as many"), message);
  }

  private static byte[] gzip(byte[] content) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  /** Reading damaged shards ends, returns each image once, and throws nothing. */
  @ParameterizedTest
  @CsvSource({"webdataset/0000.tar", "webdataset/0001.tar", "images.zip", "hostile.zip"})
  void mutationsOfAShardEndInRows(String name) throws Exception {
    byte[] sound = Files.readAllBytes(PACKED.resolve(name));
    Shard shard = name.endsWith(".zip") ? new ZipShard() : new TarShard(List.of("cls"));
    var random = new Random(7);
    int count = 500;
    var objects = new ArrayList<SourceObject>();
    for (int i = 0; i < count; i++) {
      byte[] mutated = sound.clone();
      for (int n = 1 + random.nextInt(8); n > 0; n--) {
        int at = random.nextInt(mutated.length);
        mutated[at] = (byte) random.nextInt();
      }
      objects.add(object("mutated-" + i, mutated));
    }
    List<Fetched> read = read(shard, objects);
    assertTrue(read.size() > count, read.size() + " rows");
    var paths = new HashSet<String>();
    for (Fetched fetched : read) {
      if (fetched instanceof Fetched.Bytes b) {
        assertTrue(b.bytes().length <= MAX_BYTES);
        assertTrue(paths.add(b.object().path()), b.object().path());
      }
    }
  }

  private static void add(TarArchiveOutputStream tar, String name, byte[] data) throws Exception {
    var entry = new TarArchiveEntry(name);
    entry.setSize(data.length);
    tar.putArchiveEntry(entry);
    tar.write(data);
    tar.closeArchiveEntry();
  }

  private static List<String> told(List<Fetched> read) {
    return read.stream()
        .map(
            f ->
                f instanceof Fetched.Failed failed
                    ? failed.row().object().path() + " " + failed.row().reason()
                    : ((Fetched.Bytes) f).object().path())
        .map(path -> path.substring(path.indexOf('#') + 1))
        .toList();
  }

  private List<Fetched> read(Shard shard, byte[] content) throws Exception {
    return read(shard, "shard", content);
  }

  private List<Fetched> read(Shard shard, String name, byte[] content) throws Exception {
    return read(shard, List.of(object(name, content)));
  }

  private SourceObject object(String name, byte[] content) throws Exception {
    Path file = Files.write(folder.resolve(name), content);
    return new SourceObject("file:" + file, content.length, 0, null);
  }

  private List<Fetched> read(Shard shard, List<SourceObject> objects) throws Exception {
    var reader = new ObjectReader(new Configuration(false), MAX_BYTES);
    var read = new ArrayList<Fetched>();
    try (var images =
        new ShardImages(
            Plans.reader(
                objects,
                new org.apache.hadoop.fs.Path(folder.resolve("plan-" + UUID.randomUUID()).toUri())),
            (o, sink) -> shard.read(o, reader, MAX_BYTES, sink),
            new FetchWindow(2, 1000))) {
      images.forEachRemaining(read::add);
      assertEquals(objects.size(), images.objectsRead());
    }
    return read;
  }
}
