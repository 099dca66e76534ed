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
 * Sets the folder to which JavaCPP extracts native libraries and from which it loads them.
 * JavaCPP's default is {@code ~/.javacpp/cache} or, without a home directory, {@code
 * /tmp/.javacpp-USER/cache}, in which another user may have placed a library.
 */
final class NativeCache {
  /** JavaCPP's property; a value that the user has set is kept. */
  private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";

  private NativeCache() {}

  /**
   * Sets the folder to {@code ~/.javacpp/cache} with permissions for its owner only or, if the user
   * does not own it, to a new folder in {@code java.io.tmpdir} that is deleted when the JVM exits.
   */
  static void makePrivate() {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, folder().toString());
    }
  }

  private static Path folder() {
    Path inHome = Path.of(System.getProperty("user.home"), ".javacpp", "cache");
    try {
      // user.home is "?" if the system does not know the user.
      if (inHome.isAbsolute() && isOwn(Files.createDirectories(inHome))) {
        Files.setPosixFilePermissions(inHome, PosixFilePermissions.fromString("rwx------"));
        return inHome;
      }
    } catch (IOException e) {
      // The home directory does not exist or is read-only.
    }
    try {
      Path made = Files.createTempDirectory("repvit-natives-").toAbsolutePath();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(made)));
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot create a folder for native libraries in java.io.tmpdir: " + e.getMessage(), e);
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
      // The folder remains until the system clears java.io.tmpdir.
    }
  }
}
