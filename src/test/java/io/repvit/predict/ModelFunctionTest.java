package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.testing.ForeignModels;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ModelFunctionTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @TempDir Path folder;

  @Test
  void functionsOfTheSameBytesAreEqual() throws Exception {
    ModelReference model = write("a.onnx", TinyModels.colours(1));
    ModelReference copy = write("copy.onnx", TinyModels.colours(1));
    ModelReference other = write("b.onnx", TinyModels.colours(2));
    ModelFunction classify = ModelFunction.classify(SPARK.session(), model);
    assertEquals(classify, ModelFunction.classify(SPARK.session(), copy));
    assertEquals(classify.hashCode(), ModelFunction.classify(SPARK.session(), copy).hashCode());
    assertNotEquals(classify, ModelFunction.classify(SPARK.session(), other));
    assertNotEquals(classify, ModelFunction.embed(SPARK.session(), model));
  }

  /** The embedding of a cached outcome is the same object. */
  @Test
  void functionsOfATaskScoreAnImageOnce() throws Exception {
    ModelReference model = write("a.onnx", TinyModels.colours(1));
    ModelFunction one = ModelFunction.classify(SPARK.session(), model);
    ModelFunction two = ModelFunction.classify(SPARK.session(), model);
    ModelFunction embed = ModelFunction.embed(SPARK.session(), model);
    byte[] red = TinyModels.png(0xc03010, 40, 33);
    List<Boolean> same =
        JavaSparkContext.fromSparkContext(SPARK.session().sparkContext())
            .parallelize(List.of(1, 2), 2)
            .map(
                n -> {
                  Object embedding = embed.apply(red);
                  return embedding == embeddingOf(one.apply(red))
                      && embedding == embeddingOf(two.apply(red));
                })
            .collect();
    assertEquals(List.of(true, true), same);
    assertEquals(0, OpenResources.handles());
  }

  private static Object embeddingOf(@Nullable Object prediction) {
    return ((Row) Objects.requireNonNull(prediction)).get(4);
  }

  @Test
  void aModelWithoutAnEmbeddingCannotEmbed() throws Exception {
    String card =
        Files.readString(ForeignModels.card("resnet")).replaceAll("(?m)^embedding.*$", "");
    var model =
        new ModelReference(
            ForeignModels.onnx("resnet").toString(),
            null,
            Files.writeString(folder.resolve("card.conf"), card).toString());
    var refusal =
        assertThrows(ModelException.class, () -> ModelFunction.embed(SPARK.session(), model));
    assertTrue(String.valueOf(refusal.getMessage()).contains("has no embedding"));
  }

  private ModelReference write(String name, ModelFile model) throws Exception {
    return ModelReference.of(Files.write(folder.resolve(name), model.bytes()).toString());
  }
}
