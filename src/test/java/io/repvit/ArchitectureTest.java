package io.repvit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which room below {@code io.repvit} knows which, and which library is at home where. */
class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.repvit");

  /** A row of the table of rooms: name, duty, and the rooms that it may use. */
  private static final Pattern ROW = Pattern.compile("\\| `([\\w.]+)` \\| [^|]+ \\| ([^|]+) \\|");

  static final Map<String, Set<String>> MAY_USE = table();

  /** The table of rooms in {@code ARCHITECTURE.md}. */
  private static Map<String, Set<String>> table() {
    var rooms = new TreeMap<String, Set<String>>();
    try {
      for (String line : Files.readAllLines(Path.of("ARCHITECTURE.md"))) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
          String allowed = row.group(2);
          rooms.put(row.group(1), allowed.equals("-") ? Set.of() : Set.of(allowed.split(" ")));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rooms;
  }

  static Set<String> rooms() {
    return MAY_USE.keySet();
  }

  @Test
  void everyRoomIsInTheTable() {
    var rooms = new TreeSet<String>();
    for (JavaClass c : CODE) {
      String name = c.getPackageName();
      if (!name.equals("io.repvit")) {
        rooms.add(name.substring("io.repvit.".length()));
      }
    }
    assertEquals(rooms(), rooms);
  }

  @Test
  void roomsHaveNoCycles() {
    slices().matching("io.repvit.(**)").should().beFreeOfCycles().check(CODE);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void aRoomUsesOnlyTheRoomsOfTheTable(String room) {
    Set<String> allowed = MAY_USE.getOrDefault(room, Set.of());
    if (allowed.contains("*")) {
      return;
    }
    noClasses()
        .that(resideInAPackage("io.repvit." + room))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.repvit.(*)..")
                .and(
                    resideOutsideOfPackages(
                        Stream.concat(Stream.of(room), allowed.stream())
                            .map("io.repvit."::concat)
                            .toArray(String[]::new))))
        .check(CODE);
  }

  /** A room has its libraries together with the rooms below it. */
  @ParameterizedTest
  @CsvSource({
    "org.apache.spark.., spark4 source plan predict table run watch analytics sql cli bench",
    "org.apache.hadoop.., spark4 storage source plan predict table run report watch analytics cli"
        + " bench",
    "scala.., spark4 source plan predict table run watch analytics sql cli bench",
    "ai.onnxruntime.., inference",
    "org.bytedeco.., image",
    "com.codahale.metrics.., watch",
    "ai.onnx.., onnx",
    "com.google.protobuf.., onnx",
    "org.tribuo.., onnx",
    "picocli.., cli bench",
    "com.typesafe.config.., predict cli",
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
    "org.apache.spark.., run",
    "org.apache.hadoop.., storage",
    "ai.onnxruntime.., inference",
    "org.bytedeco.., image",
    "ai.onnx.., onnx",
    "com.google.protobuf.., onnx",
    "picocli.., cli",
    "com.typesafe.config.., cli",
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

  /**
   * Types that Spark does not promise to keep. Its public methods declare exceptions of the
   * analysis package, which are public therefore.
   */
  private static final DescribedPredicate<JavaClass> SPARK_INTERNAL =
      resideInAnyPackage(
              "org.apache.spark.deploy..",
              "org.apache.spark.executor..",
              "org.apache.spark.internal..",
              "org.apache.spark.network..",
              "org.apache.spark.sql.catalyst..",
              "org.apache.spark.sql.classic..",
              "org.apache.spark.sql.execution..",
              "org.apache.spark.sql.internal..",
              "org.apache.spark.unsafe..")
          .and(
              not(
                  resideInAPackage("org.apache.spark.sql.catalyst.analysis")
                      .and(simpleNameEndingWith("Exception"))))
          .or(
              belongToAnyOf(
                  CatalogManager.class,
                  PartitionPruningRDD.class,
                  SparkEnv.class,
                  SparkUserAppException.class))
          .or(
              describe(
                  "the scheduler and the storage, without listeners and levels",
                  type ->
                      (resideInAnyPackage("org.apache.spark.scheduler", "org.apache.spark.storage")
                              .test(type)
                          && !type.getSimpleName()
                              .matches("SparkListener.*|.*Info|StorageLevel"))));

  @Test
  void sparksInternalsAreKnownOnlyInSpark4() {
    noClasses()
        .that(resideOutsideOfPackages("io.repvit.spark4.."))
        .should()
        .dependOnClassesThat(SPARK_INTERNAL)
        .check(CODE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cells",
        "FileSlice",
        "ImageCall",
        "ParquetFiles",
        "ParquetSchema",
        "SparkSql",
        "SparkTasks",
        "SqlArguments",
        "SqlFunctions",
        "VectorCall"
      })
  void everyTypeOfSpark4HidesAnInternalOne(String type) {
    assertTrue(
        CODE.get("io.repvit.spark4." + type).getDirectDependenciesFromSelf().stream()
            .anyMatch(d -> SPARK_INTERNAL.test(d.getTargetClass())));
  }

  @Test
  void onlyTheCommandLineReadsTheEnvironment() {
    noClasses()
        .that(resideOutsideOfPackages("io.repvit.cli..", "io.repvit.bench.."))
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
  void onlyEntryPointsExitTheJvm() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.repvit.cli.Main")
        .and()
        .doNotHaveFullyQualifiedName("io.repvit.bench.Bench")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(CODE);
  }
}
