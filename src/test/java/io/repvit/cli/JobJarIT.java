package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job jar on a Spark that has nothing else of ours. */
class JobJarIT {
  private static final Path JAR = Path.of(System.getProperty("repvit.jobJar"));

  /** 100 MB: it is copied to every executor of every run. */
  private static final long MAX_BYTES = 100_000_000;

  private static final List<String> PLATFORMS_OF_ONNX_RUNTIME =
      List.of("linux-x64", "linux-aarch64");
  private static final List<String> PLATFORMS_OF_OPENCV = List.of("linux-x86_64", "linux-arm64");

  @TempDir Path folder;

  @Test
  void imagesOfEveryFormatAreClassifiedThroughSparkSubmit() throws Exception {
    Path output = folder.resolve("output");
    List<Path> spark = SparkHome.jars();
    assertTrue(ChildSpark.classPath().size() - spark.size() > 20, "the rest is the job jar's");
    try (var submit =
        ChildSpark.submit(
            folder,
            spark.stream().map(Path::toString).collect(Collectors.joining(":")),
            "--master",
            "local[2]",
            JAR.toString(),
            "classify",
            "--model",
            Cli.MODEL.toAbsolutePath().toString(),
            "--input",
            Samples.PHOTOGRAPHS.toAbsolutePath().toString(),
            "--output",
            output.toString(),
            "--date",
            Tables.DATE,
            "--run-id",
            Tables.RUN,
            "--json")) {
      assertEquals(ExitCode.DONE, submit.await(120), submit.err());
      assertEquals(Files.readString(Tables.manifestFile(output)), submit.out());
    }
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(List.of("JPEG", 6L), List.of("PNG", 2L), List.of("WEBP", 2L)),
          tables.rows("select format, count(*) from predictions group by all order by all"));
      assertEquals(1, tables.count("quarantine", "path like '%/README.md'"));
    }
    Path here = folder.resolve("here");
    Cli.classify(Samples.PHOTOGRAPHS, here).done();
    Path photographs = Samples.PHOTOGRAPHS.toAbsolutePath();
    assertEquals(Tables.answers(here, photographs), Tables.answers(output, photographs));
  }

  /** The application knows nothing of this project; the jar comes as an option. */
  @Test
  void sqlHasTheFunctionsOfAJarThatIsOnlyNamed() throws Exception {
    Path application = folder.resolve("application.jar");
    try (var jar = new JarOutputStream(Files.newOutputStream(application));
        InputStream code = SqlQueries.class.getResourceAsStream("SqlQueries.class")) {
      jar.putNextEntry(new JarEntry("io/repvit/cli/SqlQueries.class"));
      Objects.requireNonNull(code).transferTo(jar);
    }
    String image = "`" + Samples.PHOTOGRAPHS.resolve("coffee.jpg").toAbsolutePath() + "`";
    try (var submit =
        ChildSpark.submit(
            folder,
            SparkHome.jars().stream().map(Path::toString).collect(Collectors.joining(":")),
            "--master",
            "local[1]",
            "--jars",
            JAR.toString(),
            "--conf",
            "spark.repvit.model=" + Cli.MODEL.toAbsolutePath(),
            "--class",
            SqlQueries.class.getName(),
            application.toString(),
            "SELECT image_size(content) FROM binaryFile." + image,
            "SELECT size(repvit_embed(content)), repvit_classify(content).width FROM binaryFile."
                + image,
            "SELECT vector_inner_product(array(1F, 2F), array(3F, 4F))")) {
      assertEquals(0, submit.await(120), submit.err());
      assertEquals("[[600,400,JPEG]]\n[320,600]\n[11.0]\n", submit.out());
    }
  }

  @Test
  void aMistakeIsOneLineOnStandardErrorAndCode2() throws Exception {
    try (var submit =
        ChildSpark.submit(
            folder,
            SparkHome.jars().stream().map(Path::toString).collect(Collectors.joining(":")),
            "--master",
            "local[1]",
            JAR.toString(),
            "classify",
            "--model",
            folder + "/none.onnx",
            "--input",
            Samples.PHOTOGRAPHS.toString(),
            "--output",
            folder + "/output")) {
      assertEquals(ExitCode.BAD_INPUT, submit.await(120), submit.err());
      List<String> lines =
          submit
              .err()
              .lines()
              // The JVM says so of Spark's own option, whatever runs.
              .filter(l -> !l.equals("WARNING: Using incubator modules: jdk.incubator.vector"))
              .toList();
      assertEquals(1, lines.size(), submit.err());
      assertTrue(lines.get(0).startsWith("repvit classify: model "), lines.get(0));
      assertEquals("", submit.out());
    }
  }

  @Test
  void theVersionsAreThoseOfTheManifestAndOfThisSpark() throws Exception {
    Attributes manifest;
    try (var jar = new JarFile(JAR.toFile())) {
      manifest = jar.getManifest().getMainAttributes();
    }
    List<Path> spark = SparkHome.jars();
    try (var submit =
        ChildSpark.submit(
            folder,
            spark.stream().map(Path::toString).collect(Collectors.joining(":")),
            JAR.toString(),
            "--version")) {
      assertEquals(ExitCode.DONE, submit.await(120), submit.err());
      assertEquals(
          List.of(
              manifest.getValue("Implementation-Title")
                  + " "
                  + manifest.getValue("Implementation-Version"),
              "Spark " + versionOf("spark-core_2.13", spark),
              "Hadoop " + versionOf("hadoop-client-api", spark),
              "ONNX Runtime " + manifest.getValue("ONNX-Runtime-Version"),
              "OpenCV " + manifest.getValue("OpenCV-Version").replaceFirst("-.*", ""),
              "Java " + Runtime.version()),
          submit.out().lines().toList());
    }
    assertTrue(manifest.getValue("Spark-Version").startsWith("4.2."), "built for Spark 4.2");
    assertTrue(manifest.getValue("Hadoop-Version").startsWith("3.5."), "with S3A of Hadoop 3.5");
  }

  private static String versionOf(String artifact, List<Path> jars) {
    Pattern name = Pattern.compile(Pattern.quote(artifact) + "-(.*)\\.jar");
    return jars.stream()
        .map(jar -> name.matcher(jar.getFileName().toString()))
        .filter(Matcher::matches)
        .map(m -> m.group(1))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nativesOfBothArchitecturesFitInAHundredMegabytes() throws IOException {
    assertTrue(Files.size(JAR) < MAX_BYTES, JAR + " has " + Files.size(JAR) + " bytes");
    try (var jar = new JarFile(JAR.toFile())) {
      for (String platform : PLATFORMS_OF_ONNX_RUNTIME) {
        has(jar, "ai/onnxruntime/native/" + platform + "/libonnxruntime.so");
        has(jar, "ai/onnxruntime/native/" + platform + "/libonnxruntime4j_jni.so");
      }
      for (String platform : PLATFORMS_OF_OPENCV) {
        has(jar, "org/bytedeco/opencv/" + platform + "/libjniopencv_core.so");
        has(jar, "org/bytedeco/opencv/" + platform + "/libjniopencv_imgproc.so");
        has(jar, "org/bytedeco/opencv/" + platform + "/libjniopencv_imgcodecs.so");
        has(jar, "org/bytedeco/javacpp/" + platform + "/libjnijavacpp.so");
      }
      has(jar, "native/Linux/x86_64/libwebp-imageio.so");
      has(jar, "native/Linux/aarch64/libwebp-imageio.so");
      assertTrue(jar.stream().noneMatch(e -> e.getName().contains("services/javax.imageio")));
    }
  }

  @Test
  void nothingThatSparkHasIsBroughtAgainUnderItsOwnName() throws IOException {
    var foreign = new TreeSet<String>();
    try (var jar = new JarFile(JAR.toFile())) {
      jar.stream()
          .map(e -> e.getName())
          .filter(
              n ->
                  n.endsWith(".class")
                      && n.matches(
                          "(com/google/(protobuf|common)|scala|org/slf4j|org/apache/spark/sql"
                              + "|org/apache/hadoop/conf|io/netty)/.*"))
          .forEach(foreign::add);
      assertFalse(
          jar.stream().noneMatch(e -> e.getName().startsWith("io/repvit/shaded/protobuf/")),
          "protobuf is relocated, not left out");
    }
    assertEquals(new TreeSet<String>(), foreign);
  }

  private static void has(JarFile jar, String name) {
    assertTrue(jar.getEntry(name) != null && jar.getEntry(name).getSize() > 1000, name);
  }
}
