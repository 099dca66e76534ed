package io.repvit.predict;

import static io.repvit.predict.Predictors.BLUE;
import static io.repvit.predict.Predictors.GO_ON;
import static io.repvit.predict.Predictors.GREEN;
import static io.repvit.predict.Predictors.MANY;
import static io.repvit.predict.Predictors.RED;
import static io.repvit.predict.Predictors.image;
import static io.repvit.predict.Predictors.options;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageLimits;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Prediction;
import io.repvit.predict.Predictors.Predicted;
import io.repvit.predict.Predictors.Rows;
import io.repvit.source.Fetched;
import io.repvit.source.SourceObject;
import io.repvit.testing.TinyModels;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two models of a cascade tell the same colours; the second one is surer, or sees less. */
class SecondModelTest {
  private static final ModelFile FIRST = TinyModels.colours(0.1f);
  private static final ModelFile SURER = TinyModels.colours(1);
  private static final ModelFile SMALLER =
      ModelFile.of("smaller.onnx", TinyModels.smaller(1, TinyModels.SIDE / 2));

  /** More different colours than fit in a batch: the more red, the surer the first model. */
  private static List<Fetched> reds(int images) {
    var list = new ArrayList<Fetched>();
    for (int i = 0; i < images; i++) {
      list.add(image(i + ".png", 0x203040 + (i * 200 / images << 16), 30 + i, 40));
    }
    return list;
  }

  private static CascadeRows cascade(
      ModelFile second, double below, int batchSize, List<? extends Fetched> images)
      throws Exception {
    var rows = new CascadeRows();
    var pool = new ClassifierPool();
    try (var a = ClassifierSession.open(FIRST, 1);
        var first = a.newBatch(batchSize);
        var model = new SecondModel(pool.acquire(second, 1, batchSize), below, a);
        var predictor =
            new PartitionPredictor(
                a,
                first,
                model,
                options(batchSize, ImageLimits.DEFAULT),
                new Outcomes(MANY),
                rows)) {
      predictor.run(new ArrayList<Fetched>(images).iterator(), GO_ON);
    } finally {
      pool.shutdown();
    }
    return rows;
  }

  /** Rows that remember what the first model has said. */
  private static final class CascadeRows extends Rows {
    final Map<String, Prediction.Score> firsts = new HashMap<>();

    @Override
    public void predicted(
        DecodedObject image,
        Prediction prediction,
        float @Nullable [] embedding,
        Prediction.@Nullable Score first,
        @Nullable FloatBuffer pixels) {
      super.predicted(image, prediction, embedding, first, pixels);
      if (first != null) {
        firsts.put(image.object().path(), first);
      }
    }

    Map<String, Predicted> byPath() {
      return SecondModelTest.byPath(this);
    }
  }

  private static Map<String, Predicted> byPath(Rows rows) {
    var map = new HashMap<String, Predicted>();
    rows.predicted.forEach(row -> assertEquals(null, map.put(row.path(), row), row.path()));
    return map;
  }

  @ParameterizedTest
  @CsvSource({"1, 7", "4, 1", "4, 4", "4, 23", "16, 23", "3, 40"})
  void eachRowIsThatOfTheModelThatAnswers(int batch, int images) throws Exception {
    List<Fetched> input = reds(images);
    Map<String, Predicted> first = byPath(Predictors.run(FIRST, batch, input));
    List<Float> scores =
        first.values().stream().map(r -> r.prediction().best().score()).sorted().toList();
    double below = scores.get(scores.size() / 2);
    for (ModelFile model : List.of(SURER, SMALLER)) {
      Map<String, Predicted> second = byPath(Predictors.run(model, batch, input));
      CascadeRows rows = cascade(model, below, batch, input);
      var expected = new HashMap<String, Predicted>();
      var asked = new HashMap<String, Prediction.Score>();
      first.forEach(
          (path, row) -> {
            boolean again = row.prediction().best().score() < below;
            expected.put(path, again ? second.get(path) : row);
            if (again) {
              asked.put(path, row.prediction().best());
            }
          });
      assertEquals(expected, rows.byPath());
      assertEquals(asked, rows.firsts);
      assertEquals(images / 2, asked.size(), "the scores are distinct");
    }
  }

  @Test
  void aLimitAboveOneAsksTheSecondModelAlways() throws Exception {
    CascadeRows rows = cascade(SURER, 1.5, 4, reds(6));
    assertEquals(6, rows.firsts.size());
    assertEquals(byPath(Predictors.run(SURER, 4, reds(6))), rows.byPath());
  }

  @Test
  void duplicatesAndBadImagesAreAsWithOneModel() throws Exception {
    Fetched a = image("a.png", RED, 40, 40);
    Fetched grey = image("grey.png", 0x808080, 40, 40);
    var bad = new Fetched.Bytes(new SourceObject("bad.png", 1, 0, null), new byte[1]);
    Fetched again = new Fetched.Bytes(new SourceObject("again.png", 1, 0, null), bytes(grey));
    Fetched late = new Fetched.Bytes(new SourceObject("late.png", 1, 0, null), bytes(grey));
    Fetched b = image("b.png", GREEN, 40, 40);
    Fetched c = image("c.png", BLUE, 40, 40);
    CascadeRows rows = cascade(SURER, 0.34, 2, List.of(grey, bad, again, a, b, c, late));
    assertEquals(1, rows.quarantined.size());
    assertEquals(List.of("again.png", "grey.png", "late.png"), sorted(rows.firsts.keySet()));
    assertEquals(
        List.of("a.png", "again.png", "b.png", "c.png", "grey.png", "late.png"),
        sorted(rows.byPath().keySet()));
  }

  @Test
  void aDuplicateOfAFinishedImageHasTheFirstAnswerToo() throws Exception {
    Fetched grey = image("grey.png", 0x808080, 40, 40);
    Fetched late = new Fetched.Bytes(new SourceObject("late.png", 1, 0, null), bytes(grey));
    CascadeRows rows = cascade(SURER, 0.34, 1, List.of(grey, late));
    assertEquals(rows.firsts.get("grey.png"), rows.firsts.get("late.png"));
    assertEquals(2, rows.firsts.size());
  }

  @Test
  void copiesBeyondABoundAreWrittenBeforeTheBatchIsFull() throws Exception {
    Fetched grey = image("grey.png", 0x808080, 40, 40);
    var input = new ArrayList<Fetched>(List.of(grey));
    input.addAll(Collections.nCopies(PartitionPredictor.MAX_DUPLICATES, grey));
    var rows = new Rows();
    try (var session = ClassifierSession.open(FIRST, 1);
        var batch = session.newBatch(4);
        var predictor = Predictors.predictor(session, batch, rows)) {
      for (Fetched f : input) {
        predictor.accept(f);
      }
      assertEquals(input.size(), rows.predicted.size());
      assertTrue(predictor.reused() > 0);
    }
  }

  private static byte[] bytes(Fetched fetched) {
    return ((Fetched.Bytes) fetched).bytes();
  }

  private static List<String> sorted(Iterable<String> names) {
    var list = new ArrayList<String>();
    names.forEach(list::add);
    Collections.sort(list);
    return list;
  }
}
