package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.Constants;
import org.apache.hadoop.mapred.JobConf;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.ConfigEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The files of {@code conf/profiles}, and {@code conf/spark.conf}: each property, and each one in a
 * comment, is one that Spark or Hadoop knows, with a value that it accepts.
 */
@Tag("embedded")
class ProfilesTest {
  private static final Path FOLDER = Path.of("conf/profiles");

  /** A property, or one in a comment, which is indented. */
  private static final Pattern PROPERTY = Pattern.compile("(?:# {2,})?(spark\\.\\S+)\\s+(\\S.*)");

  /** Where Spark declares its properties; the last two are in jars of their own. */
  private static final List<String> DECLARATIONS =
      List.of(
          "org.apache.spark.internal.config.package$",
          "org.apache.spark.internal.config.UI$",
          "org.apache.spark.sql.internal.SQLConf$",
          "org.apache.spark.deploy.yarn.config.package$",
          "org.apache.spark.deploy.k8s.Config$");

  /** Properties with names of the user's behind them, such as variables of the environment. */
  private static final Pattern OPEN =
      Pattern.compile(
          "spark\\.(executorEnv|yarn\\.appMasterEnv|kubernetes\\.driverEnv"
              + "|kubernetes\\.(driver|executor)\\.secretKeyRef|metrics\\.conf|sql\\.catalog)\\..+");

  private static Set<String> ofS3a = Set.of();

  static List<Path> files() throws IOException {
    try (Stream<Path> profiles = Files.list(FOLDER)) {
      return Stream.concat(profiles.sorted(), Stream.of(Path.of("conf/spark.conf"))).toList();
    }
  }

  @BeforeAll
  static void declare() throws Exception {
    var jars = new ArrayList<URL>();
    for (String module : List.of("yarn", "kubernetes")) {
      Path jar = Path.of("target/managers/spark-" + module + "_2.13.jar");
      assertTrue(Files.exists(jar), jar + " is missing; run ./mvnw generate-test-resources");
      jars.add(jar.toUri().toURL());
    }
    // Not closed: Spark keeps what these classes declare.
    var loader = new URLClassLoader(jars.toArray(URL[]::new), ProfilesTest.class.getClassLoader());
    for (String declaration : DECLARATIONS) {
      Class.forName(declaration, true, loader);
    }
    ofS3a = new HashSet<>();
    for (Field field : Constants.class.getFields()) {
      if (field.getType() == String.class) {
        ofS3a.add((String) field.get(null));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void eachPropertyIsKnownAndItsValueValid(Path file) throws Exception {
    Map<String, String> all = all(file);
    assertFalse(all.isEmpty());
    for (Map.Entry<String, String> property : all.entrySet()) {
      assertKnown(property.getKey(), property.getValue());
    }
  }

  private static void assertKnown(String name, String value) throws ClassNotFoundException {
    if (name.startsWith("spark.hadoop.")) {
      String ofHadoop =
          name.substring("spark.hadoop.".length())
              .replaceFirst("^fs\\.s3a\\.bucket\\.[^.]+\\.", "fs.s3a.");
      Configuration defaults = new JobConf();
      assertTrue(ofS3a.contains(ofHadoop) || defaults.getRaw(ofHadoop) != null, name);
      if (name.endsWith(".provider")) {
        for (String provider : value.split(",")) {
          Class.forName(provider);
        }
      }
    } else if (!OPEN.matcher(name).matches() && !name.equals("spark.master")) {
      ConfigEntry<?> entry = ConfigEntry.findEntry(name);
      assertNotNull(entry, name + " is not a property of Spark");
      assertNotNull(new SparkConf(false).set(name, value).get(entry));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void eachBlockOfPropertiesBeginsWithAComment(Path file) throws IOException {
    for (String block : Files.readString(file).split("\n\n")) {
      assertTrue(block.strip().matches("(?s)# \\S.*"), block);
    }
  }

  /** Otherwise jobs/repvit would read the files in another way than spark-submit. */
  @ParameterizedTest
  @MethodSource("files")
  void aPropertyHasOneLineAndNoCharacterIsEscaped(Path file) throws IOException {
    var lines = new TreeMap<String, String>();
    for (String line : Files.readAllLines(file)) {
      Matcher property = PROPERTY.matcher(line);
      if (!line.startsWith("#") && property.matches()) {
        assertEquals(null, lines.put(property.group(1), property.group(2)), line);
      }
    }
    assertEquals(new TreeMap<>(Cli.properties(file)), lines);
  }

  @Test
  void nothingIsSetInAProfileThatIsSetForAll() throws IOException {
    Set<String> common = Cli.sparkConf().keySet();
    for (Path file : files()) {
      if (file.startsWith(FOLDER)) {
        var both = new HashSet<>(Cli.properties(file).keySet());
        both.retainAll(common);
        assertEquals(Set.of(), both, file::toString);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void noCredentialIsInTheFile(Path file) throws IOException {
    for (String name : all(file).keySet()) {
      assertFalse(name.matches("(?i).*s3a.*(secret|access[.]key|session[.]token).*"), name);
    }
  }

  /** The properties of a file, those in comments too. */
  private static Map<String, String> all(Path file) throws IOException {
    var all = new TreeMap<String, String>();
    for (String line : Files.readAllLines(file)) {
      Matcher property = PROPERTY.matcher(line);
      if (property.matches()) {
        all.put(property.group(1), property.group(2).strip());
      }
    }
    return all;
  }
}
