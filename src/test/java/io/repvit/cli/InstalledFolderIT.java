package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder as one user built it, in which another starts {@code jobs/repvit}. */
class InstalledFolderIT {
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  /** Its home does not exist, and it may write nowhere but in the temporary folder. */
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  @TempDir Path folder;

  @Test
  void anotherUserRunsItFromAReadOnlyFolder() throws Exception {
    open(folder, "rwxr-xr-x");
    Path home = Files.createDirectory(folder.resolve("installed"));
    for (String part : List.of("jobs", "conf", "target/lib", "src/demo/model")) {
      link(Path.of(part), home.resolve(part));
    }
    try (Stream<Path> built = Files.list(Path.of("target"))) {
      for (Path file : built.filter(Files::isRegularFile).toList()) {
        if (file.toString().matches(".*(\\.jar|classpath\\.txt)")) {
          Files.createLink(home.resolve("target").resolve(file.getFileName()), file);
        }
      }
    }
    Path input = folder.resolve("input");
    Samples.photographs(input);
    Files.copy(Samples.PHOTOGRAPHS.resolve("astronaut.jpg"), input.resolve("photographs/café.jpg"));
    Path here = Files.createDirectory(folder.resolve("here"));
    Path scratch = Files.createDirectory(folder.resolve("scratch"));
    open(scratch, "rwxrwxrwx");
    List<String> before = below(home);
    readOnly(home);
    readOnly(here);

    var command = new ArrayList<>(ROOT ? AS_NOBODY : List.of());
    command.addAll(List.of(home + "/jobs/repvit", "classify"));
    command.addAll(List.of("--model", home + "/src/demo/model/" + Cli.MODEL.getFileName()));
    command.addAll(List.of("--input", input.toString(), "--output", scratch + "/output"));
    command.addAll(List.of("--date", Tables.DATE, "--run-id", Tables.RUN));
    var builder = new ProcessBuilder(command).directory(here.toFile());
    builder.redirectErrorStream(true).redirectOutput(scratch.resolve("log").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("HOME", "/nonexistent");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("REPVIT_SUBMIT_ARGS", "--master local[2]");
    builder.environment().remove("SPARK_HOME");
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(180, TimeUnit.SECONDS), "it still runs");
      String log = Files.readString(scratch.resolve("log"));
      assertEquals(ExitCode.DONE, process.exitValue(), log);
    } finally {
      process.destroyForcibly();
      open(here, "rwxr-xr-x");
      try (Stream<Path> all = Files.walk(home)) {
        for (Path part : all.filter(Files::isDirectory).toList()) {
          open(part, "rwxr-xr-x");
        }
      }
    }
    assertEquals(before, below(home));
    assertEquals(List.of(), below(here));
    try (Tables tables = Tables.open(scratch.resolve("output"))) {
      assertEquals(11, tables.count("predictions", "true"));
      assertEquals(1, tables.count("predictions", "path like '%/café.jpg'"));
    }
  }

  /** Hard links: the jars are half a gigabyte. */
  private static void link(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path source : all.toList()) {
        Path target = to.resolve(from.relativize(source));
        if (Files.isDirectory(source)) {
          Files.createDirectories(target);
        } else {
          Files.createLink(target, source);
        }
      }
    }
  }

  private static List<String> below(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(p -> !p.equals(folder)).map(Path::toString).sorted().toList();
    }
  }

  private static void readOnly(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path part : all.filter(Files::isDirectory).toList()) {
        open(part, "r-xr-xr-x");
      }
    }
  }

  private static void open(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
