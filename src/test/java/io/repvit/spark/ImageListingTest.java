package io.repvit.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageListingTest {
  @TempDir private Path folder;

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
  void objectsStandByRisingPathWhateverTheRoots() throws Exception {
    for (String name : List.of("b/1.jpg", "a/2.jpg", "b.jpg", "B.jpg", "a/10.jpg")) {
      file(name);
    }
    List<String> sorted = List.of("B.jpg", "a/10.jpg", "a/2.jpg", "b.jpg", "b/1.jpg");
    assertEquals(sorted, names(folder.toString()));
    assertEquals(sorted, names(folder + "/b.jpg", folder + "/b", folder + "/a", folder + "/B.jpg"));
  }

  @Test
  void anObjectIsWhatItsStoreTells() throws Exception {
    Path file = file("a.jpg");
    Files.write(file, new byte[123]);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
    assertEquals(
        List.of(new ImageObject("file:" + file, 123, 1_700_000_000_000L, null)),
        ImageListing.list(List.of(file.toString()), new Configuration(false)));
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
    List<ImageObject> objects =
        ImageListing.list(List.of(folder.toString()), new Configuration(false));
    String path = "file:" + folder + "/" + name;
    ImageObject object =
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
    var e =
        assertThrows(
            InputException.class,
            () ->
                ImageListing.list(
                    List.of(folder.toString(), folder + "/none"), new Configuration(false)));
    assertTrue(String.valueOf(e.getMessage()).contains(folder + "/none"), e.getMessage());
  }

  private static void assertRefused(String root) {
    var e =
        assertThrows(
            InputException.class, () -> ImageListing.list(List.of(root), new Configuration(false)));
    assertTrue(String.valueOf(e.getMessage()).startsWith("input " + root), e.getMessage());
  }

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent() == null ? folder : file.getParent());
    return Files.write(file, new byte[] {1});
  }

  private List<String> names(String... roots) throws InputException {
    String prefix = "file:" + folder + "/";
    return ImageListing.list(List.of(roots), new Configuration(false)).stream()
        .map(
            o -> {
              assertTrue(o.path().startsWith(prefix), o.path());
              return o.path().substring(prefix.length());
            })
        .toList();
  }
}
