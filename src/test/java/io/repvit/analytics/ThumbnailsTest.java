package io.repvit.analytics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UncheckedUserException;
import io.repvit.analytics.Thumbnails.Options;
import io.repvit.analytics.Thumbnails.Picture;
import io.repvit.cli.Requests;
import io.repvit.image.ImageLimits;
import io.repvit.image.Orientation;
import io.repvit.storage.HadoopDefaults;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.S3Server;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ThumbnailsTest {
  private static final Path IMAGES = Path.of("src/test/resources/image/decode");
  private static final Path PACKED = Path.of("src/test/resources/input");
  private static final String BUCKET = "thumbnails";

  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();
  @TempDir static Path folder;
  private static S3Server s3;

  @BeforeAll
  static void start() {
    HadoopDefaults.load();
    s3 = S3Server.start(folder);
    s3.createBucket(BUCKET);
    Configuration hadoop = SPARK.session().sparkContext().hadoopConfiguration();
    s3.hadoopProperties().forEach(hadoop::set);
    hadoop.set("fs.s3a.bucket.dead.endpoint", "http://127.0.0.1:1");
    hadoop.set("fs.s3a.bucket.dead.attempts.maximum", "1");
    hadoop.set("fs.s3a.bucket.dead.retry.limit", "1");
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  private static SparkSession spark() {
    return SPARK.session();
  }

  private static String uri(Path file) {
    return "file:" + file.toAbsolutePath();
  }

  private static Map<String, Picture> read(List<String> paths, Options options) {
    return Thumbnails.read(spark(), paths, options);
  }

  /** The picture of a path, which must be there. */
  private static Picture of(Map<String, Picture> pictures, String path) {
    return Objects.requireNonNull(pictures.get(path), path);
  }

  private static BufferedImage picture(Picture picture) throws Exception {
    String start = "data:image/jpeg;base64,";
    assertTrue(picture.uri().startsWith(start), picture.path() + ": " + picture.problem());
    return ImageIO.read(
        new ByteArrayInputStream(
            Base64.getDecoder().decode(picture.uri().substring(start.length()))));
  }

  private static String size(Picture picture) throws Exception {
    BufferedImage image = picture(picture);
    return image.getWidth() + "x" + image.getHeight();
  }

  /** Expected sizes are those of the images: 500x375, and 64x48 stored as 48x64. */
  @Test
  void thumbnailsAreUprightAndKeepTheAspectRatio() throws Exception {
    var expected = new TreeMap<String, String>();
    for (String name : List.of("baseline-420-500x375.jpg", "97x1.jpg", "1x70.jpg", "rgba.png")) {
      BufferedImage image = ImageIO.read(IMAGES.resolve(name).toFile());
      double scale = Math.min(1, 128.0 / Math.max(image.getWidth(), image.getHeight()));
      expected.put(
          uri(IMAGES.resolve(name)),
          Math.max(1, Math.round(scale * image.getWidth()))
              + "x"
              + Math.max(1, Math.round(scale * image.getHeight())));
    }
    var found = new TreeMap<String, String>();
    for (Picture p : read(List.copyOf(expected.keySet()), Options.DEFAULT).values()) {
      found.put(p.path(), size(p));
    }
    assertEquals(expected, found);

    String turned = uri(IMAGES.resolve("orientation-6.jpg"));
    BufferedImage stored = ImageIO.read(IMAGES.resolve("orientation-6.jpg").toFile());
    Options small = options(Orientation.EXIF, Long.MAX_VALUE, 120);
    Options ignoring = options(Orientation.IGNORE, Long.MAX_VALUE, 120);
    BufferedImage upright = picture(of(read(List.of(turned), small), turned));
    BufferedImage asStored = picture(of(read(List.of(turned), ignoring), turned));
    assertEquals(stored.getWidth() > stored.getHeight(), upright.getWidth() < upright.getHeight());
    assertEquals(
        stored.getWidth() > stored.getHeight(), asStored.getWidth() > asStored.getHeight());
  }

  private static Options options(Orientation orientation, long maxBytes, int limitSeconds) {
    return new Options(
        32, 0.8f, maxBytes, limitSeconds, orientation, ImageLimits.DEFAULT, null, null);
  }

  /** The images in the shards and tables are the first file of each class of the demo images. */
  @Test
  void membersOfShardsAndRowsOfTablesHaveTheirPictures() throws Exception {
    var names = new ArrayList<String>();
    var files = new ArrayList<Path>();
    try (var classes = Files.list(Path.of("src/demo/fashion-mnist"))) {
      for (Path each : classes.sorted().toList()) {
        try (var images = Files.list(each)) {
          Path first = images.sorted().findFirst().orElseThrow();
          files.add(first);
          names.add(each.getFileName() + "/" + first.getFileName());
        }
      }
    }
    assertEquals(10, names.size());
    Map<String, Picture> plain =
        read(files.stream().map(ThumbnailsTest::uri).toList(), Options.DEFAULT);
    var expected = new LinkedHashMap<String, String>();
    for (int i = 0; i < 10; i++) {
      String jpeg = of(plain, uri(files.get(i))).uri();
      expected.put(
          uri(PACKED.resolve("webdataset/000" + i / 5 + ".tar")) + "#" + names.get(i), jpeg);
      expected.put(uri(PACKED.resolve("images.zip")) + "#" + names.get(i), jpeg);
      expected.put(uri(PACKED.resolve("huggingface.parquet")) + "#" + i, jpeg);
      expected.put(uri(PACKED.resolve("binary.parquet")) + "#" + i, jpeg);
    }
    var found = new LinkedHashMap<String, String>();
    read(List.copyOf(expected.keySet()), Options.DEFAULT).forEach((p, t) -> found.put(p, t.uri()));
    assertEquals(expected, found);

    var keyed = new LinkedHashMap<String, String>();
    for (int i = 0; i < 10; i++) {
      keyed.put(
          uri(PACKED.resolve("binary.parquet")) + "#" + names.get(i).replaceFirst("\\.png$", ""),
          of(plain, uri(files.get(i))).uri());
    }
    found.clear();
    read(List.copyOf(keyed.keySet()), Options.DEFAULT.withColumns("photo", "id"))
        .forEach((p, t) -> found.put(p, t.uri()));
    assertEquals(keyed, found);
  }

  @Test
  void aPathWithoutAPictureGivesThePlaceholderAndTheReason() throws Exception {
    Path broken = Files.write(folder.resolve("broken.jpg"), new byte[] {1, 2, 3});
    byte[] tar = Files.readAllBytes(PACKED.resolve("webdataset/0000.tar"));
    Path cut = Files.write(folder.resolve("cut.tar"), java.util.Arrays.copyOf(tar, 1000));
    Path text = Files.writeString(folder.resolve("text.parquet"), "no parquet");
    var reasons = new LinkedHashMap<String, String>();
    reasons.put(uri(broken), "decode/UNRECOGNISED: ");
    reasons.put(uri(folder.resolve("missing.png")), "fetch/NOT_FOUND: the object does not exist");
    reasons.put("s3a://" + BUCKET + "/missing.png", "fetch/NOT_FOUND: the object does not exist");
    reasons.put("s3a://no-such-bucket/a.png", "fetch/STORE: ");
    reasons.put("s3a://dead/a.png", "fetch/");
    reasons.put("s3a://key:secret@b/a.png", "list/BAD_PATH: ");
    reasons.put("unknown://b/a.png", "list/BAD_PATH: ");
    reasons.put(uri(cut) + "#Bag/0004.png", "fetch/IO_ERROR: ");
    reasons.put(uri(folder.resolve("missing.tar")) + "#a.png", "fetch/NOT_FOUND: ");
    reasons.put(
        uri(PACKED.resolve("webdataset/0000.tar")) + "#none.png",
        "fetch/NOT_FOUND: " + uri(PACKED.resolve("webdataset/0000.tar")) + " has no such image");
    reasons.put(uri(PACKED.resolve("hostile.zip")) + "#damaged.png", "fetch/DAMAGED_MEMBER: ");
    reasons.put(uri(PACKED.resolve("binary.parquet")) + "#10", "list/EMPTY: the row has no bytes");
    reasons.put(uri(PACKED.resolve("binary.parquet")) + "#11", "fetch/NOT_FOUND: ");
    reasons.put(uri(PACKED.resolve("binary.parquet")) + "#key", "fetch/NOT_FOUND: ");
    reasons.put(uri(text) + "#0", "fetch/IO_ERROR: the Parquet file cannot be read: ");
    reasons.put("s3a://no-such-bucket/a.tar#b.png", "fetch/STORE: ");
    reasons.put("file:/a.orc#1", "fetch/BAD_PATH: rows of ORC and Avro files are not read");
    Map<String, Picture> pictures = read(List.copyOf(reasons.keySet()), Options.DEFAULT);
    assertEquals(List.copyOf(reasons.keySet()), List.copyOf(pictures.keySet()));
    pictures.forEach(
        (path, picture) -> {
          String problem = String.valueOf(picture.problem());
          assertTrue(problem.startsWith(reasons.get(path)), path + ": " + problem);
          assertTrue(!problem.contains("secret"), problem);
          assertTrue(picture.uri().startsWith("data:image/svg+xml;base64,"), picture.uri());
          assertEquals("no picture: " + problem, picture.captioned("Bag", "").detail());
        });
  }

  @Test
  void anObjectOnS3CostsOneGetAndAShardIsReadOnce() throws Exception {
    byte[] tar = Files.readAllBytes(PACKED.resolve("webdataset/0000.tar"));
    byte[] jpeg = Files.readAllBytes(IMAGES.resolve("baseline-420.jpg"));
    s3.put(BUCKET, "shards/0000.tar", tar);
    var paths = new ArrayList<String>();
    for (int i = 0; i < 7; i++) {
      s3.put(BUCKET, "photo " + i + ".jpg", jpeg);
      paths.add("s3a://" + BUCKET + "/photo " + i + ".jpg");
    }
    try (var names = Files.list(Path.of("src/demo/fashion-mnist"))) {
      for (Path name : names.sorted().limit(2).toList()) {
        try (var images = Files.list(name)) {
          paths.add(
              "s3a://thumbnails/shards/0000.tar#"
                  + name.getFileName()
                  + "/"
                  + images.sorted().findFirst().orElseThrow().getFileName());
        }
      }
    }
    var found = new LinkedHashMap<String, Picture>();
    Requests requests = Requests.of(s3, BUCKET, () -> found.putAll(read(paths, Options.DEFAULT)));
    for (String path : paths) {
      picture(of(found, path));
    }
    // One HEAD tells the length of the shard.
    assertEquals(new Requests(1, 8, 0), requests);
  }

  @Test
  void numberBytesAndTimeAreBounded() throws Exception {
    List<String> paths = new ArrayList<>();
    for (String name : List.of("baseline-420.jpg", "baseline-422.jpg", "baseline-444.jpg")) {
      paths.add(uri(IMAGES.resolve(name)));
    }
    long bytes = of(read(paths, Options.DEFAULT), paths.get(0)).uri().length() * 3L / 4;
    Map<String, Picture> few = read(paths, options(Orientation.EXIF, bytes / 2, 120));
    assertTrue(
        few.values().stream()
            .filter(p -> p.problem() != null)
            .allMatch(
                p ->
                    String.valueOf(p.problem())
                        .startsWith("left out, because the thumbnails of a page")));
    assertNotNull(of(few, paths.get(2)).problem());

    var many = IntStream.rangeClosed(0, 1000).mapToObj(i -> "file:/" + i).toList();
    String refusal =
        assertThrows(UncheckedUserException.class, () -> read(many, Options.DEFAULT)).getMessage();
    assertEquals("1001 thumbnails are asked for, expected at most 1000; ask for fewer", refusal);
    assertEquals(Map.of(), read(List.of(), Options.DEFAULT));
  }
}
