package io.repvit.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.source.Fetched;
import io.repvit.source.ObjectListing;
import io.repvit.source.ObjectReader;
import io.repvit.source.SourceObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectListingTest {
  @TempDir private Path folder;
  @TempDir private Path elsewhere;

  @Test
  void hiddenNamesAtAnyDepthAreLeftOut() throws Exception {
    file("a.jpg");
    file("b/c.jpg");
    file("_SUCCESS");
    file(".DS_Store");
    file("_temporary/0/d.jpg");
    file("b/.thumbnails/e.jpg");
    file("b/f/_g.jpg");
    file("h_i/j.k.jpg");
    assertEquals(List.of("a.jpg", "b/c.jpg", "h_i/j.k.jpg"), names(folder.toString()));
  }

  @Test
  void aHiddenRootIsListedBecauseItWasNamed() throws Exception {
    file("_archive/.2026/a.jpg");
    file("_archive/.2026/.b.jpg");
    assertEquals(List.of("_archive/.2026/a.jpg"), names(folder + "/_archive/.2026"));
    assertEquals(List.of("_archive/.2026/.b.jpg"), names(folder + "/_archive/.2026/.b.jpg"));
  }

  @Test
  void aHiddenNameThatIsMeantBesidesItsFolderDoublesNothing() throws Exception {
    file("a.jpg");
    file("_b.jpg");
    file("_c/d.jpg");
    List<String> all = List.of("_b.jpg", "_c/d.jpg", "a.jpg");
    assertEquals(
        all,
        names(folder + "/", folder + "/*.jpg", folder + "/_*", folder + "/_c", folder + "/_*.jpg"));
    assertEquals(all, names(folder + "/_*", folder + "/*"));
  }

  @Test
  void anObjectThatSeveralRootsReachCountsOnce() throws Exception {
    file("x/y/a.jpg");
    file("x/b.jpg");
    assertEquals(
        List.of("x/b.jpg", "x/y/a.jpg"),
        names(
            folder + "/x/y/a.jpg",
            "file:" + folder + "/x/y",
            folder + "/x/",
            folder.toUri().toString(),
            folder + "//x"));
  }

  @Test
  void theOrderOfInputsChangesNothingButThePlansOrder() throws Exception {
    for (String name : List.of("b/1.jpg", "a/2.jpg", "b.jpg", "B.jpg", "a/10.jpg")) {
      file(name);
    }
    List<String> sorted = List.of("B.jpg", "a/10.jpg", "a/2.jpg", "b.jpg", "b/1.jpg");
    assertEquals(sorted, names(folder.toString()));
    assertEquals(sorted, names(folder + "/b.jpg", folder + "/b", folder + "/a", folder + "/B.jpg"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*.jpg | a.jpg b.jpg",
        "{a,c}.* | a.jpg c.png",
        "[b-c].??? | b.jpg c.png",
        "2026-* | 2026-01/x/d.jpg 2026-01/x/e.png 2026-02/x/f.jpg 2026-02/y/g.jpg",
        "2026-*/x | 2026-01/x/d.jpg 2026-01/x/e.png 2026-02/x/f.jpg",
        "2026-*/*/*.jpg | 2026-01/x/d.jpg 2026-02/x/f.jpg 2026-02/y/g.jpg",
        "2026-01/*/*.{png,webp} | 2026-01/x/e.png",
        "2026-0?/y | 2026-02/y/g.jpg",
        "_b*/* | _books/h.jpg",
        ".t*/*.jpg | .trash/i.jpg",
        "\\[odd\\]* | [odd]/j.jpg",
        "12:* | 12:30/k.jpg",
        "12:30/*.jpg | 12:30/k.jpg",
        "*/k.jpg | 12:30/k.jpg",
        "2026-01/** | 2026-01/x/d.jpg 2026-01/x/e.png",
        "**/*.png | 2026-01/x/e.png c.png",
        "**/x | 2026-01/x/d.jpg 2026-01/x/e.png 2026-02/x/f.jpg",
        "**/2026-02/**/?.jpg | 2026-02/x/f.jpg 2026-02/y/g.jpg",
        "**/_h* | 2026-02/x/_hidden.jpg",
        "**/y/** | 2026-02/y/g.jpg",
      })
  void aGlobMeansWhatItMatchesAndAllBelow(String glob, String expected) throws Exception {
    for (String name :
        List.of(
            "a.jpg",
            "b.jpg",
            "c.png",
            "2026-01/x/d.jpg",
            "2026-01/x/e.png",
            "2026-02/x/f.jpg",
            "2026-02/y/g.jpg",
            "2026-02/x/_hidden.jpg",
            "_books/h.jpg",
            ".trash/i.jpg",
            "[odd]/j.jpg",
            "12:30/k.jpg")) {
      file(name);
    }
    assertEquals(List.of(expected.split(" ")), names(folder + "/" + glob));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/* /x/y/a.jpg",
        "/x /*",
        "/*/y /x/y /x/b.jpg /x/*.jpg",
        "/x/{b,y}* /x/y/* /x/y/a.jpg",
        "/x/*.jpg /x/y* /x/b*",
        "/**/*.jpg",
        "/** /x/y",
        "/**/*.jpg /x/*.jpg /x/y/**/*.jpg",
        "/x/b.jpg /x/**/y /**/b.jpg"
      })
  void anObjectThatGlobsAndFoldersReachCountsOnce(String inputs) throws Exception {
    file("x/y/a.jpg");
    file("x/b.jpg");
    file("x/_c.jpg");
    assertEquals(
        List.of("x/b.jpg", "x/y/a.jpg"),
        names(Stream.of(inputs.split(" ")).map(i -> folder + i).toArray(String[]::new)));
  }

  @Test
  void aHiddenFolderThatIsNamedBesideItsParentIsListedToo() throws Exception {
    file("a.jpg");
    file("_b/c.jpg");
    assertEquals(List.of("_b/c.jpg", "a.jpg"), names(folder.toString(), folder + "/_b"));
    assertEquals(List.of("_b/c.jpg", "a.jpg"), names(folder.toString(), folder + "/_*"));
  }

  @Test
  void manyFoldersOfManyDepthsAreListedWhole() throws Exception {
    var expected = new ArrayList<String>();
    for (int i = 0; i < 300; i++) {
      String name = "d" + i % 40 + "/e" + i % 3 + "/f".repeat(i % 5) + "/" + i + ".jpg";
      file(name);
      expected.add(name);
    }
    expected.sort(null);
    assertEquals(expected, names(folder.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/*.png", "/**/*.png", "/a**/*", "/none/*.jpg", "/n*/*.jpg", "/*/none", "/[.jpg"})
  void aGlobThatMatchesNothingIsNamed(String glob) throws Exception {
    file("a.jpg");
    assertRefused(folder + glob);
  }

  @Test
  void anObjectIsWhatItsStoreTells() throws Exception {
    Path file = file("a.jpg");
    Files.write(file, new byte[123]);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
    assertEquals(
        List.of(new SourceObject("file:" + file, 123, 1_700_000_000_000L, null)),
        plan(file.toString()));
  }

  @Test
  void anEmptyFolderHasNoObjects() throws Exception {
    assertEquals(List.of(), names(folder.toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with space.jpg",
        " leading and trailing .jpg ",
        "percent%20encoded.jpg",
        "100%.jpg",
        "größe-写真-🐈.jpg",
        "question?mark#hash.jpg",
        "plus+and&equals=.jpg",
        "[brackets]{braces}*star.jpg",
        "quote'and\"double.jpg",
        "back\\slash.jpg",
        "dir with space/100% [a]/b.jpg"
      })
  void anyNameIsListedAndReadBack(String name) throws Exception {
    byte[] content = name.getBytes(StandardCharsets.UTF_8);
    Files.write(file(name), content);
    file("other.jpg");
    List<SourceObject> objects = plan(folder.toString());
    String path = "file:" + folder + "/" + name;
    SourceObject object =
        objects.stream().filter(o -> o.path().equals(path)).findFirst().orElseThrow();
    Fetched fetched = new ObjectReader(new Configuration(false), 1000).read(object);
    assertArrayEquals(content, assertInstanceOf(Fetched.Bytes.class, fetched).bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/none", "/none/deeper", "/a.jpg/b"})
  void aMissingRootIsNamed(String below) throws Exception {
    file("a.jpg");
    assertRefused(folder + below);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "nosuchscheme://bucket/x", "file:relative"})
  void aMalformedRootIsNamed(String root) {
    assertRefused(root);
  }

  @Test
  void oneMissingRootAmongGoodOnesIsNotPassedOver() throws Exception {
    file("a.jpg");
    var e = assertThrows(UserException.class, () -> plan(folder.toString(), folder + "/none"));
    assertTrue(String.valueOf(e.getMessage()).contains(folder + "/none"), e.getMessage());
  }

  private void assertRefused(String root) {
    var e = assertThrows(UserException.class, () -> plan(root));
    assertTrue(String.valueOf(e.getMessage()).startsWith("input " + root), e.getMessage());
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent() == null ? folder : file.getParent());
    return Files.write(file, new byte[] {1});
  }

  private List<String> names(String... inputs) throws Exception {
    String prefix = "file:" + folder + "/";
    return plan(inputs).stream()
        .map(
            o -> {
              assertTrue(o.path().startsWith(prefix), o.path());
              return o.path().substring(prefix.length());
            })
        .sorted()
        .toList();
  }

  /** What a plan of the inputs says when tasks read it. */
  private List<SourceObject> plan(String... inputs) throws Exception {
    var configuration = new Configuration(false);
    Path folder = Files.createTempDirectory(elsewhere, "plan");
    var objects = new ArrayList<SourceObject>();
    var listing = new PlanListing(new org.apache.hadoop.fs.Path(folder.toUri()), configuration);
    listing.list(ObjectListing.of(List.of(inputs), configuration));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.parquet")) {
      for (Path file : files) {
        var block = new PlanBlock(file.toUri().toString(), 0, Long.MAX_VALUE, 0, 0);
        try (var reader = new PlanReader(List.of(block), configuration)) {
          reader.forEachRemaining(objects::add);
        }
      }
    }
    assertEquals(listing.data().objects(), objects.size());
    assertEquals(listing.data().length(), objects.stream().mapToLong(SourceObject::length).sum());
    return objects;
  }
}
