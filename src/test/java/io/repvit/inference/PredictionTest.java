package io.repvit.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.Prediction.Score;
import io.repvit.testing.TinyModels;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTest {

  /** exp(0), exp(ln 2), exp(ln 5) are 1, 2, 5: the shares of 8 are told by hand. */
  @Test
  void scoresAreTheSharesOfExponentials() throws ModelException {
    Prediction p = predict(3, 0f, (float) Math.log(2), (float) Math.log(5));
    assertEquals(List.of(2, 1, 0), indices(p));
    assertEquals(5 / 8.0, p.top().get(0).score(), 1e-7);
    assertEquals(2 / 8.0, p.top().get(1).score(), 1e-7);
    assertEquals(1 / 8.0, p.top().get(2).score(), 1e-7);
    assertEquals(new Score("class 2", 2, p.best().score()), p.best());
  }

  /** The oracle takes exp without subtracting the maximum, in 40 decimal digits. */
  @RepeatedTest(20)
  void scoresAreWithinHalfAUlpOfSoftmaxInMoreDigits(RepetitionInfo info) throws ModelException {
    var random = new Random(info.getCurrentRepetition());
    float[] x = new float[50];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() * 5);
    }
    var digits = new MathContext(40);
    BigDecimal[] exp = new BigDecimal[x.length];
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 0; i < x.length; i++) {
      exp[i] = exp(x[i], digits);
      sum = sum.add(exp[i]);
    }
    for (Score s : predict(x.length, x).top()) {
      double expected = exp[s.index()].divide(sum, digits).doubleValue();
      assertEquals(expected, s.score(), 0.51 * Math.ulp((float) expected));
    }
  }

  @Test
  void logitsBeyondTheRangeOfExpAreStillProbabilities() throws ModelException {
    Prediction p = predict(3, 3e38f, -3e38f, 3e38f);
    assertEquals(List.of(0, 2, 1), indices(p));
    assertEquals(0.5f, p.top().get(0).score());
    assertEquals(0.5f, p.top().get(1).score());
    assertEquals(0f, p.top().get(2).score());
  }

  @Test
  void tiesStandByRisingIndex() throws ModelException {
    assertEquals(List.of(1, 3, 4), indices(predict(3, 1, 7, 2, 7, 7, 7)));
    assertEquals(List.of(0, 1), indices(predict(2, -0f, 0f, -1)));
    assertEquals(List.of(0, 1, 2), indices(predict(3, 4, 4, 4)));
  }

  @Test
  void moreThanThereAreGivesAllOfThem() throws ModelException {
    assertEquals(List.of(1, 0), indices(predict(100, 1, 2)));
  }

  @Test
  void zeroClassesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> predict(0, 1, 2));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aLogitThatIsNotFiniteIsRefusedByItsIndex(float value) {
    var e = assertThrows(ModelException.class, () -> predict(1, 0, 1, value, 2));
    assertEquals(
        "logit 2 is " + value + ", expected a finite number", String.valueOf(e.getMessage()));
  }

  /** The oracle sorts everything; few distinct values make ties frequent. */
  @RepeatedTest(50)
  void theBestAreThoseAFullStableSortPutsFirst(RepetitionInfo info) throws ModelException {
    var random = new Random(info.getCurrentRepetition());
    int n = 1 + random.nextInt(60);
    int distinct = 1 + random.nextInt(30);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextInt(distinct) - 10;
    }
    List<Integer> sorted =
        IntStream.range(0, n).boxed().sorted(Comparator.comparingDouble(i -> -x[i])).toList();
    for (int k = 1; k <= n; k++) {
      assertEquals(sorted.subList(0, k), indices(predict(k, x)));
    }
  }

  @Test
  void aTemperatureDividesTheLogitsAndKeepsTheOrder() throws ModelException {
    ModelCard card = TinyModels.card(8, labels(3), 3).withTemperature(2);
    Prediction p = Prediction.of(FloatBuffer.wrap(new float[] {0, 4, 2}), card, 3);
    assertEquals(List.of(1, 2, 0), indices(p));
    double sum = Math.exp(0) + Math.exp(1) + Math.exp(2);
    assertEquals(Math.exp(2) / sum, p.top().get(0).score(), 1e-7);
    assertEquals(Math.exp(1) / sum, p.top().get(1).score(), 1e-7);
    assertEquals(1 / sum, p.top().get(2).score(), 1e-7);
  }

  @Test
  void aSliceIsReadFromItsOwnBegin() throws ModelException {
    FloatBuffer all = FloatBuffer.wrap(new float[] {9, 9, 1, 2, 9});
    Prediction p = Prediction.of(all.slice(2, 2), labels(2), 1);
    assertEquals(1, p.best().index());
    assertEquals(0, all.position());
  }

  @Test
  void theListOfClassesCannotBeChanged() throws ModelException {
    var scores = new ArrayList<>(predict(2, 1, 2).top());
    var p = new Prediction(scores);
    scores.clear();
    assertEquals(2, p.top().size());
    assertTrue(p.best().score() > 0.5);
  }

  /** The series of exp at x / 2^10, squared ten times. */
  private static BigDecimal exp(float x, MathContext digits) {
    var small = new BigDecimal(x).divide(BigDecimal.valueOf(1024), digits);
    BigDecimal term = BigDecimal.ONE;
    BigDecimal sum = BigDecimal.ONE;
    for (int n = 1; n < 40; n++) {
      term = term.multiply(small, digits).divide(BigDecimal.valueOf(n), digits);
      sum = sum.add(term, digits);
    }
    return sum.pow(1024, digits);
  }

  private static Prediction predict(int k, float... logits) throws ModelException {
    return Prediction.of(FloatBuffer.wrap(logits), labels(logits.length), k);
  }

  private static List<String> labels(int n) {
    return IntStream.range(0, n).mapToObj(i -> "class " + i).toList();
  }

  private static List<Integer> indices(Prediction p) {
    return p.top().stream().map(Score::index).toList();
  }
}
