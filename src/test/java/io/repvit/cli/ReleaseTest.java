package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code jobs/release} in a repository whose Maven and Python only write down the versions that
 * they find. The real build is compared by {@code jobs/release --check}.
 */
class ReleaseTest {
  private static final String CHANGELOG =
      "# Changelog\n\n## [0.2.0] - unreleased\n\n## [0.1.0] - 2026-12-01\n";

  @TempDir Path folder;
  private Path home;

  private record Ended(int exit, String output) {}

  @BeforeEach
  void commit() throws Exception {
    home = Files.createDirectory(folder.resolve("home"));
    script("jobs/release", Files.readString(Path.of("jobs/release")));
    script(
        "mvnw",
        """
        #!/usr/bin/env bash
        mkdir -p target
        for part in .jar -job.jar -cyclonedx.json; do
          cat pom.xml name.txt >"target/repvit-spark-$(cat name.txt)$part"
        done
        """);
    script(
        "jobs/python-wheel",
        """
        #!/usr/bin/env bash
        dist=target/python/dist
        [[ ${1:-} == --thin ]] && dist=target/python/thin
        mkdir -p "$dist"
        cp wheel.txt "$dist/repvit_spark-$(cat wheel.txt)-py3-none-any.whl"
        """);
    script("python", "#!/bin/sh\nmkdir -p $3/bin && ln -s /bin/true $3/bin/python\n");
    write(
        "pom.xml",
        "  <version>0.1.0-SNAPSHOT</version>\n"
            + "<project.build.outputTimestamp>2026-11-01T00:00:00Z</project.build.outputTimestamp>\n");
    write("name.txt", "0.1.0-SNAPSHOT");
    write("wheel.txt", "0.1.0.dev0");
    write("src/main/python/requirements.txt", "setuptools==84.2.1\n");
    write("CHANGELOG.md", CHANGELOG);
    write(".gitignore", "target/\n");
    git("init", "-q");
    git("add", "-A");
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "all");
  }

  @Test
  void aReleaseHasItsVersionInAllFilesAndTheirChecksums() throws Exception {
    Ended ended = release("0.1.0");
    assertEquals(0, ended.exit(), ended.output());
    Path release = home.resolve("target/release/0.1.0");
    List<String> names =
        List.of(
            "repvit-spark-0.1.0-cyclonedx.json",
            "repvit-spark-0.1.0-job.jar",
            "repvit-spark-0.1.0.jar",
            "repvit_spark-0.1.0-py3-none-any.whl",
            "thin/repvit_spark-0.1.0-py3-none-any.whl");
    assertEquals(
        names,
        Files.readAllLines(release.resolve("SHA256SUMS")).stream()
            .map(l -> l.replaceFirst("^[0-9a-f]{64}  ", ""))
            .toList());
    assertEquals(0, run(release, List.of("sha256sum", "--check", "--strict", "SHA256SUMS")).exit());
    assertEquals(
        "  <version>0.1.0</version>\n"
            + "<project.build.outputTimestamp>2026-12-01T00:00:00Z</project.build.outputTimestamp>\n"
            + "0.1.0",
        Files.readString(release.resolve("repvit-spark-0.1.0.jar")));
    assertEquals("", run(home, List.of("git", "status", "--porcelain")).output());
  }

  @ParameterizedTest
  @CsvSource({
    "v0.1.0, 'expected a version such as 0.1.0, or --check; got: v0.1.0'",
    "0.1.0-SNAPSHOT, 'expected a version such as 0.1.0'",
    "'', 'expected a version such as 0.1.0'",
    "0.2.0, 'pom.xml has version 0.1.0-SNAPSHOT; expected 0.2.0-SNAPSHOT; release 0.1.0'"
  })
  void aVersionThatIsNotTheNextOneIsRefused(String version, String says) throws Exception {
    assertRefused(version, says);
  }

  @Test
  void aTreeWithChangesIsRefused() throws Exception {
    write("new.txt", "not committed");
    assertRefused("0.1.0", "the working tree has changes; commit or remove them: ?? new.txt");
  }

  @Test
  void aVersionWithoutADatedEntryOfTheChangelogIsRefused() throws Exception {
    write("pom.xml", "  <version>0.2.0-SNAPSHOT</version>\n");
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-a", "-m", "next");
    assertRefused("0.2.0", "CHANGELOG.md has no line \"## [0.2.0] - YYYY-MM-DD\"");
  }

  @Test
  void buildsThatDifferAreNamed() throws Exception {
    script(
        "mvnw", Files.readString(home.resolve("mvnw")) + "date +%N >>target/*-SNAPSHOT-job.jar\n");
    git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-a", "-m", "time");
    Ended ended = release("--check");
    assertEquals(1, ended.exit(), ended.output());
    assertTrue(ended.output().contains("-job.jar\n---\n"), ended.output());
    assertFalse(ended.output().contains("equal in two builds"), ended.output());
  }

  @Test
  void buildsThatAreEqualPassTheCheck() throws Exception {
    Ended ended = release("--check");
    assertEquals(0, ended.exit(), ended.output());
    assertTrue(ended.output().endsWith("equal in two builds\n"), ended.output());
    assertFalse(Files.exists(home.resolve("target")));
  }

  private void assertRefused(String version, String says) throws Exception {
    Ended ended = release(version);
    assertEquals(2, ended.exit(), ended.output());
    assertTrue(ended.output().startsWith("release: " + says), ended.output());
    assertEquals(1, ended.output().lines().count(), ended.output());
    assertFalse(Files.exists(home.resolve("target")));
  }

  private Ended release(String argument) throws Exception {
    return run(home, List.of(home.resolve("jobs/release").toString(), argument));
  }

  private void git(String... arguments) throws Exception {
    Ended ended = run(home, Stream.concat(Stream.of("git"), Stream.of(arguments)).toList());
    assertEquals(0, ended.exit(), ended.output());
  }

  private Ended run(Path directory, List<String> command) throws Exception {
    var builder =
        new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
    builder.environment().put("PYTHON", home.resolve("python").toString());
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  private void write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void script(String name, String text) throws IOException {
    write(name, text);
    Files.setPosixFilePermissions(home.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
