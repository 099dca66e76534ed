package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.image.MeasureOptions;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.source.FetchWindow;
import io.repvit.source.Quarantined.Stage;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SharedModelTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @TempDir Path folder;

  @BeforeEach
  void noSessions() {
    ClassifierPool.SHARED.closeIdle();
  }

  @AfterEach
  void noHandleIsLeft() {
    assertEquals(0, OpenResources.handles());
  }

  @Test
  void aModelIsBroadcastOnceUntilItsFileChanges() throws Exception {
    Path file = write("m.onnx", TinyModels.colours(1));
    SharedModel first = load(file, 1);
    assertSame(first.file(), load(file, 1).file());
    assertSame(first.file(), load(file, 4).file(), "another batch size");
    assertSame(first.file(), load(write("copy.onnx", TinyModels.colours(1)), 1).file());
    Files.write(file, TinyModels.colours(2).bytes());
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));
    SharedModel changed = load(file, 1);
    assertNotSame(first.file(), changed.file());
    assertEquals(TinyModels.colours(2).sha256(), changed.file().value().sha256());
  }

  @Test
  void aModelThatCannotBeUsedIsRefusedInTheDriver() throws Exception {
    Path file = write("m.onnx", TinyModels.colours(1));
    assertRefused(
        folder.resolve("none.onnx") + " does not exist", folder.resolve("none.onnx"), null);
    assertRefused("expected " + "0".repeat(64) + "; use", file, "0".repeat(64));
    load(file, 1);
    assertRefused("expected " + "0".repeat(64) + "; use", file, "0".repeat(64));
    assertRefused("", write("b.onnx", ModelFile.of("b", new byte[] {1, 2})), null);
  }

  private void assertRefused(String message, Path file, @Nullable String sha256) {
    var reference = new ModelReference(file.toString(), sha256, null);
    var e =
        assertThrows(
            ModelException.class, () -> SharedModel.load(SPARK.session(), reference, options(1)));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
  }

  @Test
  void aFunctionOnSingleImagesOpensOneSessionForAllTasks() throws Exception {
    SharedModel one = load(write("one.onnx", TinyModels.colours(1)), 1);
    SharedModel two = load(write("two.onnx", TinyModels.colours(2)), 1);
    byte[] red = TinyModels.png(0xc03010, 40, 33);
    List<String> seen =
        context()
            .parallelize(List.of(1, 2, 3, 4, 5, 6), 3)
            .map(
                n -> {
                  var a = (Outcome.Predicted) one.classify(red);
                  var b = (Outcome.Predicted) two.classify(red);
                  int handles = OpenResources.handles();
                  return a.prediction().best().label()
                      + (a.prediction().best().score() < b.prediction().best().score())
                      + (handles >= 2 && handles <= 4) // two per running task
                      + OpenResources.sessions();
                })
            .collect();
    assertEquals(Collections.nCopies(6, "redtruetrue2"), seen);
    assertEquals(2, OpenResources.sessions());
  }

  @Test
  void aTaskThatFailsClosesItsHandle() throws Exception {
    SharedModel model = load(write("m.onnx", TinyModels.colours(1)), 1);
    byte[] red = TinyModels.png(0xc03010, 40, 33);
    assertThrows(
        SparkException.class,
        () ->
            context()
                .parallelize(List.of(1), 1)
                .foreach(
                    n -> {
                      model.classify(red);
                      throw new IllegalStateException(OpenResources.handles() + " handles");
                    }));
  }

  @Test
  void withoutATaskAnImageIsClassifiedToo() throws Exception {
    SharedModel model = load(write("m.onnx", TinyModels.colours(1)), 1);
    var row =
        assertInstanceOf(Outcome.Predicted.class, model.classify(TinyModels.png(0x1010ff, 9, 8)));
    assertEquals(
        "blue 9x8 PNG",
        row.prediction().best().label()
            + " "
            + row.width()
            + "x"
            + row.height()
            + " "
            + row.format());
    assertEquals(
        List.of(Stage.LIST, "EMPTY", Stage.DECODE, "UNRECOGNISED"),
        List.of(
            ((Outcome.Refused) model.classify(new byte[0])).stage(),
            ((Outcome.Refused) model.classify(new byte[0])).code(),
            ((Outcome.Refused) model.classify(new byte[] {'t', 'e', 'x', 't'})).stage(),
            ((Outcome.Refused) model.classify(new byte[] {'t', 'e', 'x', 't'})).code()));
  }

  private static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(SPARK.session().sparkContext());
  }

  private Path write(String name, ModelFile model) throws Exception {
    return Files.write(folder.resolve(name), model.bytes());
  }

  private static SharedModel load(Path file, int batch) throws ModelException {
    return SharedModel.load(SPARK.session(), ModelReference.of(file.toString()), options(batch));
  }

  private static ClassifyOptions options(int batch) {
    return new ClassifyOptions(
        batch,
        5,
        ImageLimits.DEFAULT,
        DecodeOptions.DEFAULT,
        FetchWindow.DEFAULT,
        0,
        0,
        0,
        MeasureOptions.NONE);
  }
}
