package io.repvit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.export.ExportResult;
import io.repvit.export.Exporter;
import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageLimits;
import io.repvit.image.Preprocessing;
import io.repvit.image.Resampler;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Prediction;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.ImageClassifier;
import io.repvit.predict.ImageClassifierParams;
import io.repvit.predict.ModelReference;
import io.repvit.run.DriftLimits;
import io.repvit.run.Phase;
import io.repvit.run.ResumeScope;
import io.repvit.run.RunEnd;
import io.repvit.run.RunJob;
import io.repvit.run.RunManifest;
import io.repvit.run.RunObserver;
import io.repvit.run.RunPage;
import io.repvit.run.RunPolicy;
import io.repvit.source.FetchWindow;
import io.repvit.source.Input;
import io.repvit.table.Destination;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.junit.jupiter.api.Test;

/**
 * The public API is as committed: what programs in Java, Scala, SQL and Python use. A line that is
 * lost breaks programs.
 */
class PublicApiTest {
  private static final Path FILE = Path.of("src/test/resources/public-api.txt");

  /** What programs call, make and get. Their public nested types belong to them. */
  private static final List<Class<?>> TYPES =
      List.of(
          // checkpoint to ONNX
          Exporter.class,
          ExportResult.class,
          // a classifier without Spark
          ClassifierSession.class,
          ModelFile.class,
          ModelCard.class,
          ImageBatch.class,
          Prediction.class,
          ImageDecoder.class,
          Resampler.class,
          Preprocessing.class,
          // a transformer
          ImageClassifier.class,
          ImageClassifierParams.class,
          // a run
          RunJob.class,
          RunKey.class,
          RunEnd.class,
          RunManifest.class,
          RunObserver.class,
          RunPolicy.class,
          RunPage.class,
          Phase.class,
          ResumeScope.class,
          DriftLimits.class,
          Destination.class,
          Input.class,
          ModelReference.class,
          ClassifyOptions.class,
          ImageLimits.class,
          DecodeOptions.class,
          FetchWindow.class,
          UserException.class,
          UncheckedUserException.class,
          ModelException.class);

  @Test
  void thePublicApiIsTheCommittedOne() throws IOException {
    String api = String.join("\n", lines()) + "\n";
    if (Boolean.getBoolean("repvit.api.write")) {
      Files.writeString(FILE, api);
    }
    assertEquals(
        Files.readString(FILE),
        api,
        "the public API has changed; if that is intended, CONTRIBUTING.md has the command that"
            + " writes "
            + FILE
            + " again");
  }

  @Test
  void theListingHasTypesWithTheirMembers() {
    List<String> lines = lines();
    assertTrue(
        lines.contains(
            "public final record io.repvit.table.RunKey < java.lang.Record, java.io.Serializable"));
    assertTrue(
        lines.contains(
            "  public io.repvit.predict.ImageClassifier"
                + " io.repvit.predict.ImageClassifier.setTopK(int)"));
    assertTrue(lines.stream().anyMatch(line -> line.contains("class io.repvit.sql.")));
  }

  /** Types and their members, in the order of their names. */
  private static List<String> lines() {
    Stream<Class<?>> extensions =
        ServiceLoader.load(SparkSessionExtensionsProvider.class).stream()
            .<Class<?>>map(ServiceLoader.Provider::type)
            .filter(type -> type.getName().startsWith("io.repvit."));
    return Stream.concat(TYPES.stream(), extensions)
        .flatMap(type -> Stream.concat(Stream.of(type), Stream.of(type.getClasses())))
        .filter(type -> type.getName().startsWith("io.repvit."))
        .sorted(Comparator.comparing(Class::getName))
        .distinct()
        .flatMap(type -> lines(type).stream())
        .toList();
  }

  private static List<String> lines(Class<?> type) {
    var lines = new ArrayList<String>();
    lines.add(kind(type) + " " + type.getName() + parents(type));
    var members = new TreeSet<String>();
    Stream.<AccessibleObject[]>of(
            type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
        .flatMap(Stream::of)
        .filter(member -> isApi((Member) member))
        .forEach(member -> members.add("  " + text(member)));
    lines.addAll(members);
    return lines;
  }

  private static String kind(Class<?> type) {
    String modifiers = Modifier.toString(type.getModifiers() & ~Modifier.INTERFACE);
    return modifiers
        + (type.isInterface()
            ? " interface"
            : type.isRecord() ? " record" : type.isEnum() ? " enum" : " class");
  }

  private static String parents(Class<?> type) {
    var parents = new ArrayList<String>();
    if (type.getGenericSuperclass() != null && type.getSuperclass() != Object.class) {
      parents.add(type.getGenericSuperclass().getTypeName());
    }
    Stream.of(type.getGenericInterfaces()).forEach(i -> parents.add(i.getTypeName()));
    return parents.isEmpty() ? "" : " < " + String.join(", ", parents);
  }

  private static boolean isApi(Member member) {
    return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0
        && !member.isSynthetic()
        && !(member instanceof Method method && method.isBridge());
  }

  private static String text(AccessibleObject member) {
    return member instanceof Executable e
        ? e.toGenericString()
        : ((Field) member).toGenericString();
  }
}
