package io.repvit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which room below {@code io.repvit} knows which, and which library is at home where. */
class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.repvit");

  /** What each room may know of the others; job is above all. */
  private static final Map<String, Set<String>> KNOWS =
      Map.ofEntries(
          Map.entry("tensor", Set.of()),
          Map.entry("image", Set.of()),
          Map.entry("checkpoint", Set.of("tensor")),
          Map.entry("model", Set.of("tensor", "checkpoint")),
          Map.entry("onnx", Set.of("tensor")),
          Map.entry("inference", Set.of("image", "onnx")),
          Map.entry("export", Set.of("model", "onnx", "checkpoint", "inference", "image")),
          Map.entry("metrics", Set.of()),
          Map.entry("run", Set.of()),
          Map.entry("input", Set.of("metrics")),
          Map.entry("spark", Set.of("inference", "image", "metrics", "run", "input")),
          Map.entry("report", Set.of("spark", "inference", "metrics", "run", "input")),
          Map.entry("analytics", Set.of("spark", "input")));

  static final Set<String> ROOMS = KNOWS.keySet();

  @Test
  void everyRoomHasItsRule() {
    var rooms = new TreeSet<String>();
    for (JavaClass c : CODE) {
      String[] parts = c.getPackageName().split("\\.");
      if (parts.length > 2) {
        rooms.add(parts[2]);
      }
    }
    rooms.remove("job");
    assertEquals(new TreeSet<>(ROOMS), rooms);
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching("io.repvit.(*)..").should().beFreeOfCycles().check(CODE);
  }

  @ParameterizedTest
  @FieldSource("ROOMS")
  void aRoomKnowsOnlyThoseItMay(String room) {
    String[] allowed =
        Stream.concat(Stream.of(room), KNOWS.getOrDefault(room, Set.of()).stream())
            .map(r -> "io.repvit." + r + "..")
            .toArray(String[]::new);
    noClasses()
        .that(resideInAPackage("io.repvit." + room + ".."))
        .should()
        .dependOnClassesThat(resideInAPackage("io.repvit..").and(resideOutsideOfPackages(allowed)))
        .check(CODE);
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.spark.., input run spark analytics job",
    "org.apache.hadoop.., input run spark report analytics job",
    "scala.., input run spark analytics job",
    "ai.onnxruntime.., inference",
    "org.bytedeco.., image",
    "ai.onnx.., onnx",
    "com.google.protobuf.., onnx",
    "org.tribuo.., onnx",
    "picocli.., job",
    "com.typesafe.config.., job",
  })
  void aLibraryIsKnownOnlyInItsRooms(String library, String rooms) {
    String[] homes =
        Arrays.stream(rooms.split(" ")).map(r -> "io.repvit." + r + "..").toArray(String[]::new);
    noClasses()
        .that(resideOutsideOfPackages(homes))
        .should()
        .dependOnClassesThat(resideInAPackage(library))
        .check(CODE);
  }

  /** Otherwise a library that was renamed would leave its rule without meaning. */
  @ParameterizedTest
  @CsvSource({
    "org.apache.spark.., spark",
    "org.apache.hadoop.., spark",
    "ai.onnxruntime.., inference",
    "org.bytedeco.., image",
    "ai.onnx.., onnx",
    "com.google.protobuf.., onnx",
    "picocli.., job",
    "com.typesafe.config.., job",
  })
  void aLibraryIsUsedWhereItIsAtHome(String library, String room) {
    long users =
        CODE.stream()
            .filter(resideInAnyPackage("io.repvit." + room + ".."))
            .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
            .filter(d -> resideInAPackage(library).test(d.getTargetClass()))
            .count();
    assertTrue(users > 0, room + " does not use " + library);
  }

  @Test
  void onlyTheJobRoomReadsTheEnvironment() {
    noClasses()
        .that(resideOutsideOfPackages("io.repvit.job.."))
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(CODE);
  }

  /** What takes a Locale, and without one that of the machine. */
  private static final Set<String> FORMATTING =
      Set.of(
          "String.format",
          "String.formatted",
          "String.toLowerCase",
          "String.toUpperCase",
          "PrintStream.format",
          "PrintStream.printf",
          "PrintWriter.format",
          "PrintWriter.printf",
          "Formatter.<init>",
          "DateTimeFormatter.ofPattern",
          "DateTimeFormatterBuilder.toFormatter",
          "SimpleDateFormat.<init>",
          "DecimalFormat.<init>",
          "MessageFormat.format",
          "MessageFormat.<init>",
          "NumberFormat.getInstance",
          "NumberFormat.getNumberInstance",
          "NumberFormat.getIntegerInstance",
          "NumberFormat.getPercentInstance",
          "NumberFormat.getCompactNumberInstance");

  private static final ArchRule NAMES_ITS_LOCALE =
      noClasses()
          .should()
          .callCodeUnitWhere(
              describe(
                  "formatting is in the locale of the machine",
                  call ->
                      FORMATTING.contains(
                              call.getTargetOwner().getSimpleName() + "." + call.getName())
                          && call.getTarget().getRawParameterTypes().stream()
                              .noneMatch(type -> type.isEquivalentTo(Locale.class))));

  @Test
  void nothingIsFormattedInTheLocaleOfTheMachine() {
    NAMES_ITS_LOCALE.check(CODE);
  }

  @ParameterizedTest
  @ValueSource(classes = {Formatted.class, Lowered.class})
  void formattingInTheLocaleOfTheMachineIsFound(Class<?> sample) {
    assertTrue(
        NAMES_ITS_LOCALE.evaluate(new ClassFileImporter().importClasses(sample)).hasViolation());
  }

  private record Formatted(int number) {
    String text() {
      return "%d".formatted(number);
    }
  }

  private record Lowered(String name) {
    @SuppressWarnings("StringCaseLocaleUsage") // the fault to be found
    String text() {
      return name.toLowerCase();
    }
  }

  @Test
  void nobodyWritesToTheStandardStreamsByThemselves() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CODE);
  }

  @Test
  void onlyTheEntryPointExitsTheJvm() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.repvit.job.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CODE);
  }
}
