package io.repvit.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder in which JavaCPP unpacks native libraries, and from which it loads what it finds
 * there. By default that is {@code ~/.javacpp/cache}, and without a home {@code
 * /tmp/.javacpp-USER/cache}, where another user may have put a library before.
 */
final class NativeCache {
  /** A user's own choice is kept. */
  private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  private NativeCache() {}

  /**
   * Lets JavaCPP use the folder in the user's home if only the user can write there, otherwise one
   * in {@code java.io.tmpdir} that is deleted when the JVM ends.
   */
  static void makePrivate() {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, folder().toString());
    }
  }

  private static Path folder() {
    Path inHome = Path.of(System.getProperty("user.home"), ".javacpp", "cache");
    try {
      // The home of a user that the system does not know is "?".
      if (inHome.isAbsolute() && isOwn(Files.createDirectories(inHome))) {
        Files.setPosixFilePermissions(inHome, PosixFilePermissions.fromString("rwx------"));
        return inHome;
      }
    } catch (IOException e) {
      // There is no home, or it is read-only.
    }
    try {
      Path made = Files.createTempDirectory("repvit-natives-").toAbsolutePath();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(made)));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no folder for native libraries can be made in java.io.tmpdir: " + e.getMessage(), e);
    }
  }

  private static boolean isOwn(Path folder) throws IOException {
    UserPrincipal user =
        folder
            .getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
    return Files.getOwner(folder).equals(user);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      // The system clears its temporary folder.
    }
  }
}
