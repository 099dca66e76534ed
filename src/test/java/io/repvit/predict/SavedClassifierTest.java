package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UncheckedUserException;
import io.repvit.inference.ModelFile;
import io.repvit.testing.LocalSpark;
import io.repvit.testing.S3Server;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A saved classifier has its model file, and is loaded without the file that it was made of. */
class SavedClassifierTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();
  @TempDir static Path folder;
  private static S3Server s3;

  private Path model = Path.of("");
  private Dataset<Row> images = SPARK.session().emptyDataFrame();

  @BeforeAll
  static void start() {
    s3 = S3Server.start(folder);
    s3.createBucket("saved-classifiers");
    s3.hadoopProperties().forEach(SPARK.session().sparkContext().hadoopConfiguration()::set);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @BeforeEach
  void write() throws Exception {
    model = Files.write(folder.resolve("first.onnx"), TinyModels.colours(1).bytes());
    images =
        SPARK
            .session()
            .createDataFrame(
                List.of(RowFactory.create((Object) TinyModels.png(0xc03010, 9, 9))),
                new StructType().add("image", DataTypes.BinaryType));
  }

  private ImageClassifier classifier() {
    return new ImageClassifier().setModel(model.toString()).setTopK(2).setOutputCol("p");
  }

  private List<Row> classify(Transformer transformer) {
    return transformer.transform(images).select("p.label", "p.score").collectAsList();
  }

  @Test
  void aLoadedClassifierGivesTheSameRows() throws Exception {
    ImageClassifier saved = classifier();
    List<Row> rows = classify(saved);
    String path = folder.resolve("classifier").toString();
    saved.save(path);
    Files.delete(model);
    ImageClassifier loaded = ImageClassifier.load(path);
    assertEquals(saved.uid(), loaded.uid());
    assertEquals(2, loaded.getTopK());
    assertEquals(TinyModels.colours(1).sha256(), loaded.getModelSha256());
    assertEquals(rows, classify(loaded));
    assertEquals("red", rows.get(0).getString(0));
  }

  @Test
  void aPipelineIsLoadedFromAStoreAndFromAnotherFolder() throws Exception {
    var pipeline = new Pipeline().setStages(new PipelineStage[] {classifier()});
    PipelineModel fitted = pipeline.fit(images);
    List<Row> rows = classify(fitted);
    String path = "s3a://saved-classifiers/pipeline";
    fitted.write().overwrite().save(path);
    pipeline.save(folder.resolve("pipeline").toString());
    Files.delete(model);
    assertEquals(rows, classify(PipelineModel.load(path)));
    Path moved = folder.resolve("moved");
    Files.move(folder.resolve("pipeline"), moved);
    assertEquals(rows, classify(Pipeline.load(moved.toString()).fit(images)));
  }

  @Test
  void aLoadedPipelineCanBeSavedToItsOwnFolder() throws Exception {
    String path = folder.resolve("again").toString();
    PipelineModel fitted = new Pipeline().setStages(new PipelineStage[] {classifier()}).fit(images);
    fitted.save(path);
    List<Row> rows = classify(fitted);
    Files.delete(model);
    PipelineModel.load(path).copy(new ParamMap()).write().overwrite().save(path);
    ImageClassifier loaded =
        assertInstanceOf(ImageClassifier.class, PipelineModel.load(path).stages()[0]);
    loaded.write().overwrite().save(path);
    assertEquals(rows, classify(ImageClassifier.load(path)));
  }

  @Test
  void aDamagedOrMissingModelInTheFolderIsRefused() throws Exception {
    Path path = folder.resolve("damaged");
    classifier().save(path.toString());
    Path stored = path.resolve("model/first.onnx");
    Files.delete(path.resolve("model/.first.onnx.crc"));
    Files.write(stored, TinyModels.colours(2).bytes());
    assertRefused("expected " + TinyModels.colours(1).sha256(), path);
    Files.delete(stored);
    assertRefused("model/first.onnx does not exist", path);
    ImageClassifier gone = new ImageClassifier().setModel(stored.toString());
    assertThrows(UncheckedUserException.class, () -> gone.save(folder.resolve("none").toString()));
    assertTrue(Files.notExists(folder.resolve("none")));
  }

  private static void assertRefused(String message, Path path) {
    var e = assertThrows(UncheckedUserException.class, () -> ImageClassifier.load(path.toString()));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
  }

  @Test
  void anotherModelOfALoadedClassifierIsTheOneThatIsSaved() throws Exception {
    String path = folder.resolve("changed").toString();
    classifier().save(path);
    ModelFile other = TinyModels.colours(3);
    Path second = Files.write(folder.resolve("second.onnx"), other.bytes());
    ImageClassifier loaded = ImageClassifier.load(path);
    loaded.setModel(second.toString()).clear(loaded.modelSha256());
    loaded.write().overwrite().save(path);
    assertEquals(other.sha256(), ImageClassifier.load(path).getModelSha256());
  }

  @Test
  void sparkConnectFindsTheTransformer() {
    assertTrue(
        ServiceLoader.load(Transformer.class).stream()
            .anyMatch(p -> p.type().equals(ImageClassifier.class)));
  }
}
