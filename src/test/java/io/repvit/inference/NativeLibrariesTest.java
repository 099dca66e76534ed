package io.repvit.inference;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageLimits;
import io.repvit.testing.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where native libraries are unpacked, from where they are loaded. */
@Tag("slow")
class NativeLibrariesTest {
  private static final Path MODEL = Path.of("src/demo/model/repvit_m0_6_fashion_mnist.onnx");
  private static final Path IMAGE = Path.of("src/demo/photographs/coffee.jpg");

  @TempDir Path folder;

  @Test
  void withoutAHomeLibrariesStandWhereOnlyTheUserCanEnter() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    // Where JavaCPP looks by default, and where anybody may have put a library before.
    Files.createDirectories(
        temporary.resolve(".javacpp-" + System.getProperty("user.name")).resolve("cache"));
    assertEquals(
        "onnxruntime-java rwx------ 2+, repvit-natives- rwx------ 2+", unpacked("?", temporary));
    assertEquals(List.of(), filesBelow(temporary), "and nothing where others can");
  }

  @Test
  void inAHomeOnlyTheUserCanEnterTheFolder() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Path cache = Files.createDirectories(home.resolve(".javacpp/cache"));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    assertEquals("onnxruntime-java rwx------ 2+", unpacked(home.toString(), temporary));
    assertEquals("rwx------", permissions(cache));
    assertEquals(true, children(cache).size() > 1);
    assertEquals(List.of(), filesBelow(temporary));
  }

  private static String unpacked(String home, Path temporary) throws Exception {
    return ChildJvm.lastLine(
        List.of("-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary),
        Loader.class,
        temporary.toString());
  }

  /** Loads both libraries and says what stands in a folder then. */
  static final class Loader {
    private Loader() {}

    public static void main(String[] args) throws Exception {
      ModelFile model = ModelFile.of("model", Files.readAllBytes(MODEL));
      try (var session = ClassifierSession.open(model, 1);
          var decoder = new ImageDecoder(ImageLimits.DEFAULT, DecodeOptions.DEFAULT, 224)) {
        decoder.decode(ByteBuffer.wrap(Files.readAllBytes(IMAGE)));
        System.out.println(
            children(Path.of(args[0])).stream()
                .filter(child -> !child.getFileName().toString().startsWith(".javacpp"))
                .map(Loader::text)
                .collect(joining(", ")));
      }
    }

    private static String text(Path child) {
      try {
        return child.getFileName().toString().replaceAll("\\d+$", "")
            + " "
            + permissions(child)
            + (children(child).size() > 1 ? " 2+" : " few");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** Of what is left when the JVM has ended; ONNX Runtime leaves an empty folder. */
  private static List<Path> filesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }
}
