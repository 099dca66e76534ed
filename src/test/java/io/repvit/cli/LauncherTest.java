package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code jobs/repvit} in a folder that is built, with a Spark and a Java that only tell of
 * themselves.
 */
class LauncherTest {
  @TempDir Path home;

  private record Ended(int exit, List<String> lines) {}

  @BeforeEach
  void build() throws Exception {
    script("jobs/repvit", Files.readString(Path.of("jobs/repvit")));
    Files.createDirectories(home.resolve("target/lib"));
    Files.writeString(home.resolve("target/classpath.txt"), "");
    Files.writeString(home.resolve("target/repvit-spark-0.1.0-SNAPSHOT-job.jar"), "");
    script(
        "spark/bin/spark-submit",
        """
        #!/usr/bin/env bash
        printf '[%s]\\n' "$@" "$SPARK_SUBMIT_OPTS"
        """);
  }

  @Test
  void submitArgumentsKeepSpacesInQuotesAndNothingIsExpanded() throws Exception {
    Ended ended =
        run(
            Map.of(
                "SPARK_HOME",
                home.resolve("spark").toString(),
                "REPVIT_SUBMIT_ARGS",
                "--name \"night run\" --conf a='b $HOME *' --x \"\"",
                "SPARK_SUBMIT_OPTS",
                "-Dmine=1"));
    assertEquals(0, ended.exit(), ended.lines()::toString);
    int name = ended.lines().indexOf("[--name]");
    assertEquals(
        List.of("[--name]", "[night run]", "[--conf]", "[a=b $HOME *]", "[--x]", "[]"),
        ended.lines().subList(name, name + 6));
    assertEquals(
        "[\"-Dlog4j2.configurationFile=file:%s/conf/log4j2.properties\" -Dmine=1]"
            .formatted(home.toRealPath()),
        ended.lines().get(ended.lines().size() - 1));
  }

  @Test
  void profilesFollowInTheirOrderAndArgumentsOverrideThem() throws Exception {
    script("conf/profiles/near.conf", "# A comment.\n\nspark.a   1\nspark.b-C   two words\n");
    script("own/far.conf", "  spark.a\t2  \nspark.last x=#y");
    Ended ended =
        run(
            Map.of(
                "SPARK_HOME",
                home.resolve("spark").toString(),
                "REPVIT_PROFILES",
                " near\n" + home.resolve("own/far.conf"),
                "REPVIT_SUBMIT_ARGS",
                "--conf spark.a=3"));
    assertEquals(0, ended.exit(), ended.lines()::toString);
    assertEquals(
        List.of(
            "[spark.a=1]",
            "[spark.b-C=two words]",
            "[spark.a=2]",
            "[spark.last=x=#y]",
            "[spark.a=3]"),
        ended.lines().stream().filter(line -> line.startsWith("[spark.")).toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark.a", "spark.a=1", "spark.a: 1", "master yarn"})
  void aLineOfAProfileThatIsNoPropertyIsRefused(String line) throws Exception {
    script("conf/profiles/odd.conf", line + "\n");
    assertRefused("odd.conf has the line '" + line + "'", Map.of("REPVIT_PROFILES", "odd"));
  }

  @Test
  void aProfileThatDoesNotExistIsRefusedWithTheNamesOfOthers() throws Exception {
    script("conf/profiles/aws.conf", "");
    script("conf/profiles/yarn.conf", "");
    assertRefused("or one of aws yarn", Map.of("REPVIT_PROFILES", "yarn mesos"));
  }

  /** {@code script} runs a command on a terminal of its own. */
  @Test
  void theDriverIsToldOfATerminal() throws Exception {
    String launcher = home.resolve("jobs/repvit").toString();
    Ended ended =
        run(
            Map.of("SPARK_HOME", home.resolve("spark").toString(), "SPARK_SUBMIT_OPTS", ""),
            List.of("script", "-qec", launcher + " classify", "/dev/null"));
    assertEquals(0, ended.exit(), ended.lines()::toString);
    String options = ended.lines().get(ended.lines().size() - 1);
    assertTrue(options.startsWith("[-Drepvit.terminal=true \"-Dlog4j2"), options);
  }

  @Test
  void aQuoteWithoutItsSecondIsRefused() throws Exception {
    assertRefused("has an unclosed quote", Map.of("REPVIT_SUBMIT_ARGS", "--name \"night"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.0_392", "11.0.2"})
  void aJavaOnWhichSparkCannotRunIsRefused(String version) throws Exception {
    script("java/bin/java", "#!/bin/sh\necho 'openjdk version \"" + version + "\"' >&2\n");
    String number = version.startsWith("1.") ? "8" : version.replaceFirst("\\..*", "");
    assertRefused(
        "is Java " + number + ", which Spark or Hadoop does not support",
        Map.of("JAVA_HOME", home.resolve("java").toString()));
  }

  @ParameterizedTest
  @CsvSource({"3.4.2, 2", "3.5.0, 0"})
  void java25IsRefusedWhereHadoopIsOlderThan35(String hadoop, int exit) throws Exception {
    script("java/bin/java", "#!/bin/sh\necho 'openjdk version \"25.0.1\"' >&2\n");
    script("spark/jars/hadoop-client-api-" + hadoop + ".jar", "");
    Ended ended =
        run(
            Map.of(
                "SPARK_HOME", home.resolve("spark").toString(),
                "JAVA_HOME", home.resolve("java").toString()));
    assertEquals(exit, ended.exit(), ended.lines()::toString);
    String first = ended.lines().get(0);
    assertEquals(exit != 0, first.endsWith("set JAVA_HOME to a JDK 17 or 21"), first);
  }

  @Test
  void aMissingJavaIsRefused() throws Exception {
    assertRefused("found no Java at", Map.of("JAVA_HOME", home.resolve("none").toString()));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "classes-17.jsa, '', 1",
    "classes-25.jsa, '', 0",
    "classes-17.jsa, write, 2"
  })
  void theClassArchiveOfTheJavaIsUsedIfThereIsOne(String archive, String mode, int expected)
      throws Exception {
    scriptJava17();
    if (!archive.isEmpty()) {
      script("target/" + archive, "");
    }
    Ended ended =
        run(Map.of("JAVA_HOME", home.resolve("java").toString(), "REPVIT_CLASS_ARCHIVE", mode));
    assertEquals(0, ended.exit(), ended.lines()::toString);
    Path file = home.toRealPath().resolve("target/classes-17.jsa");
    List<String> options =
        List.of(
            "",
            "[-XX:SharedArchiveFile=" + file + "]",
            "[-XX:ArchiveClassesAtExit=" + file + ".part]");
    assertEquals(
        Stream.of(options.get(expected)).filter(o -> !o.isEmpty()).toList(),
        ended.lines().stream()
            .filter(l -> l.matches(".*(SharedArchiveFile|ArchiveClassesAtExit).*"))
            .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "2, '', '', true",
    "4, -Xss2m, '', true",
    "5, '', '', false",
    "2, -XX:+UseG1GC, '', false",
    "2, '', -Xmx1g -XX:+UseParallelGC, false"
  })
  void onFewProcessorsTheCollectorIsSerialUnlessAnotherIsSet(
      String processors, String toolOptions, String jdkOptions, boolean expected) throws Exception {
    scriptJava17();
    script("bin/getconf", "#!/bin/sh\necho " + processors + "\n");
    Ended ended =
        run(
            Map.of(
                "JAVA_HOME",
                home.resolve("java").toString(),
                "PATH",
                home.resolve("bin") + ":" + System.getenv("PATH"),
                "JAVA_TOOL_OPTIONS",
                toolOptions,
                "JDK_JAVA_OPTIONS",
                jdkOptions));
    assertEquals(expected, ended.lines().contains("[-XX:+UseSerialGC]"), ended.lines()::toString);
    assertTrue(ended.lines().contains("[spark.ui.enabled=false]"), ended.lines()::toString);
  }

  /** As after a build, which changes the jars, or another JDK of the same number. */
  @Test
  void aClassArchiveThatDoesNotMatchIsIgnoredWithoutAMessage() throws Exception {
    script("conf/java.options", "");
    script("conf/java24.options", "");
    Ended without = run(Map.of());
    script("target/classes-" + Runtime.version().feature() + ".jsa", "of another JDK");
    Ended with = run(Map.of());
    assertTrue(without.lines().get(0).contains("SparkSubmit"), without.lines()::toString);
    assertEquals(without, with);
  }

  private void assertRefused(String says, Map<String, String> environment) throws Exception {
    Ended ended = run(environment);
    assertEquals(2, ended.exit(), ended.lines()::toString);
    assertEquals(1, ended.lines().size(), ended.lines()::toString);
    assertTrue(ended.lines().get(0).contains(says), ended.lines()::toString);
  }

  private Ended run(Map<String, String> environment) throws Exception {
    return run(environment, List.of(home.resolve("jobs/repvit").toString(), "classify"));
  }

  private static Ended run(Map<String, String> environment, List<String> command) throws Exception {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output.lines().toList());
  }

  /** A Java that prints its arguments. */
  private void scriptJava17() throws Exception {
    script(
        "java/bin/java",
        """
        #!/usr/bin/env bash
        [[ $1 == -version ]] && echo 'openjdk version "17.0.15"' >&2 && exit
        printf '[%s]\\n' "$@"
        """);
  }

  private void script(String name, String text) throws Exception {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
