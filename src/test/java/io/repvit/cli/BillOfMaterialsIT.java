package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the job jar says about its parts: the SBOM, licences and notices. */
class BillOfMaterialsIT {
  private static final Path JAR = Path.of(System.getProperty("repvit.jobJar"));
  private static final Path SBOM =
      JAR.resolveSibling(JAR.getFileName().toString().replace("-job.jar", "-cyclonedx.json"));
  private static final Path OWN =
      JAR.resolveSibling(JAR.getFileName().toString().replace("-job.jar", ".jar"));

  /** Each Spark module has this class, to be a jar with a class. */
  private static final String STUB = "org/apache/spark/unused/UnusedStubClass.class";

  private static JarFile jar;

  private record Licensed(String what, String licence, String texts) {
    static List<Licensed> ofTheJar() throws IOException {
      return text("META-INF/THIRD-PARTY.txt")
          .lines()
          .takeWhile(l -> !l.startsWith("===="))
          .map(l -> l.split(" \\| "))
          .filter(fields -> fields.length == 3)
          .map(fields -> new Licensed(fields[0], fields[1], fields[2]))
          .toList();
    }
  }

  @BeforeAll
  static void open() throws IOException {
    jar = new JarFile(JAR.toFile());
  }

  @AfterAll
  static void close() throws IOException {
    jar.close();
  }

  @Test
  void theSbomListsExactlyTheJarsWhoseCodeIsInTheJobJar() throws IOException {
    Map<String, Long> code = code(JAR);
    Set<String> unexplained = new TreeSet<>(code.keySet());
    unexplained.removeAll(code(OWN).keySet());
    var contained = new TreeSet<String>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path library = Path.of(entry);
      if (entry.endsWith(".jar") && Files.isRegularFile(library) && !library.equals(OWN)) {
        Map<String, Long> theirs = code(library);
        theirs.keySet().retainAll(code.keySet());
        if (theirs.entrySet().stream().anyMatch(e -> isOf(e, code))) {
          contained.add(library.getFileName().toString());
          unexplained.removeAll(theirs.keySet());
        }
      }
    }
    assertEquals(String.join("\n", contained), String.join("\n", componentFiles()));
    assertEquals(Set.of(), unexplained);
  }

  /** Shading keeps the bytes of a class that it does not relocate. */
  private static boolean isOf(Map.Entry<String, Long> theirs, Map<String, Long> code) {
    return !theirs.getKey().equals(STUB)
        && (theirs.getKey().startsWith("io/repvit/shaded/")
            || theirs.getValue().equals(code.get(theirs.getKey())));
  }

  /** Names of classes and native libraries, as the job jar has them, with their checksums. */
  private static Map<String, Long> code(Path file) throws IOException {
    var entries = new HashMap<String, Long>();
    try (var library = new JarFile(file.toFile())) {
      for (ZipEntry e : (Iterable<ZipEntry>) library.stream().map(ZipEntry.class::cast)::iterator) {
        String name = e.getName();
        if (name.matches(".*\\.class|.*\\.so[.0-9]*") && !name.endsWith("module-info.class")) {
          entries.put(
              name.replaceFirst("^com/google/protobuf/", "io/repvit/shaded/protobuf/")
                  .replaceFirst("^kotlin/", "io/repvit/shaded/kotlin/"),
              e.getCrc());
        }
      }
    }
    return entries;
  }

  private static Set<String> componentFiles() throws IOException {
    var names = new TreeSet<String>();
    for (JsonNode component : sbom().get("components")) {
      Matcher classifier =
          Pattern.compile("[?&]classifier=([^&]*)").matcher(component.get("purl").asText());
      names.add(
          component.get("name").asText()
              + "-"
              + component.get("version").asText()
              + (classifier.find() ? "-" + classifier.group(1) : "")
              + ".jar");
    }
    return names;
  }

  @Test
  void theSbomIsOfThisVersionAndInTheJobJar() throws IOException {
    JsonNode product = sbom().at("/metadata/component");
    assertEquals(
        jar.getManifest().getMainAttributes().getValue("Implementation-Version"),
        product.get("version").asText());
    try (InputStream inside =
        jar.getInputStream(jar.getEntry("META-INF/sbom/repvit-spark-cyclonedx.json"))) {
      assertArrayEquals(Files.readAllBytes(SBOM), inside.readAllBytes());
    }
  }

  @Test
  void everyComponentAndNoOtherHasALicence() throws IOException {
    var components = new TreeSet<String>();
    for (JsonNode component : sbom().get("components")) {
      components.add(component.get("group").asText() + ":" + component.get("name").asText());
    }
    assertEquals(
        String.join("\n", components),
        Licensed.ofTheJar().stream()
            .map(Licensed::what)
            .filter(w -> w.contains(":"))
            .sorted()
            .collect(Collectors.joining("\n")));
  }

  @Test
  void everyNativeLibraryHasOneLicence() throws IOException {
    var libraries =
        new ArrayList<>(
            jar.stream()
                .map(ZipEntry::getName)
                .filter(n -> n.matches(".*\\.so[.0-9]*"))
                .map(Path::of)
                .toList());
    assertTrue(libraries.size() > 20, libraries::toString);
    for (Licensed licensed : Licensed.ofTheJar()) {
      if (!licensed.what().contains(":")) {
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + licensed.what());
        assertTrue(libraries.removeIf(matcher::matches), licensed + " matches a library");
      }
    }
    assertEquals(List.of(), libraries, "native libraries without a licence");
  }

  @Test
  void theTextOfEveryLicenceIsInTheJobJar() throws IOException {
    String thirdParty = text("META-INF/THIRD-PARTY.txt");
    for (Licensed licensed : Licensed.ofTheJar()) {
      Pattern.compile("\"([^\"]*)\"")
          .matcher(licensed.texts())
          .results()
          .map(m -> m.group(1))
          .forEach(s -> assertTrue(thirdParty.contains("\n" + s + "\n====="), licensed::toString));
      for (String file : licensed.texts().replaceAll("\"[^\"]*\"", "").split(",")) {
        assertTrue(
            file.isBlank() || jar.getEntry(file.strip()) != null, () -> licensed + ": " + file);
      }
    }
    assertEquals(Files.readString(Path.of("LICENSE")), text("META-INF/LICENSE"));
  }

  /** Paragraph by paragraph, because shading merges equal ones. */
  @Test
  void theNoticeOfEveryComponentIsInTheJobJar() throws IOException {
    String notices = words(text("META-INF/NOTICE") + " " + text("META-INF/THIRD-PARTY.txt"));
    Set<String> components = componentFiles();
    var missing = new ArrayList<String>();
    int read = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String name = Path.of(entry).getFileName().toString();
      if (components.contains(name)) {
        try (var library = new JarFile(entry)) {
          for (String file : List.of("NOTICE", "META-INF/NOTICE", "META-INF/NOTICE.txt")) {
            for (String paragraph : text(library, file).split("\\R\\s*\\R")) {
              read++;
              if (!notices.contains(words(paragraph))) {
                missing.add(name + ": " + paragraph);
              }
            }
          }
        }
      }
    }
    assertTrue(read > 50, "paragraphs: " + read);
    assertEquals(List.of(), missing);
    for (String paragraph : Files.readString(Path.of("NOTICE")).split("\n\n")) {
      assertTrue(notices.contains(words(paragraph)), paragraph);
    }
  }

  private static String words(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static JsonNode sbom() throws IOException {
    return new ObjectMapper().readTree(SBOM.toFile());
  }

  private static String text(String name) throws IOException {
    return text(jar, name);
  }

  /** Empty if the jar has no such file. */
  private static String text(JarFile file, String name) throws IOException {
    ZipEntry entry = file.getEntry(name);
    if (entry == null) {
      return "";
    }
    try (InputStream in = file.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
