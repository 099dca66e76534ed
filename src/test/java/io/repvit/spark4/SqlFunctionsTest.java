package io.repvit.spark4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.testing.LocalSpark;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import scala.runtime.BoxedUnit;

/** How often Spark makes and calls a function; the function counts. */
class SqlFunctionsTest {
  @RegisterExtension
  static final LocalSpark SPARK =
      new LocalSpark(Map.of("spark.sql.extensions", Counting.class.getName()));

  private static final AtomicInteger BOUND = new AtomicInteger();
  private static final AtomicInteger CALLS = new AtomicInteger();

  /** Adds the function {@code counted(image[, text])}. */
  public static final class Counting implements SparkSessionExtensionsProvider {
    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
      SqlFunctions.add(
          extensions,
          new SqlFunction(
              "counted", "_FUNC_ counts", "* image", "> none", "text", SqlFunctionsTest::bind));
      return BoxedUnit.UNIT;
    }
  }

  private static ImageFunction bind(@Nullable String text) throws UserException {
    BOUND.incrementAndGet();
    if ("bad".equals(text)) {
      throw new UserException("the text is bad, expected another; choose one");
    }
    return new Counted(String.valueOf(text));
  }

  /** The text, and the first byte of an image. */
  private record Counted(String text) implements ImageFunction {
    @Override
    public DataType type() {
      return new StructType().add("text", "string").add("first", "int");
    }

    @Override
    public Row apply(byte[] image) {
      CALLS.incrementAndGet();
      return RowFactory.create(text, (int) image[0]);
    }
  }

  /** Ten images, 0 to 9, in a view that Spark does not compute while it plans. */
  @BeforeEach
  void images() {
    SPARK
        .session()
        .range(0, 10, 1, 2)
        .selectExpr("id", "unhex('0' || id) AS image")
        .createOrReplaceTempView("images");
    BOUND.set(0);
    CALLS.set(0);
  }

  @Test
  void equalCallsOfAQueryAreComputedOncePerRow() {
    Dataset<Row> rows =
        sql(
            "SELECT counted(image).text, counted(image).first, counted(image, 'b').text FROM images");
    assertEquals(3, BOUND.get());
    assertEquals("[null,0,b]", rows.collectAsList().get(0).toString());
    assertEquals(20, CALLS.get());
  }

  @Test
  void aColumnThatIsUsedTwiceIsComputedOncePerRow() {
    assertEquals(
        10,
        sql("SELECT c.text, c.first FROM (SELECT counted(image) c FROM images)")
            .collectAsList()
            .size());
    assertEquals(10, CALLS.get());
  }

  @Test
  void anUnusedColumnIsNotComputed() {
    assertEquals(10, sql("SELECT id FROM (SELECT id, counted(image) FROM images)").count());
    assertEquals(0, CALLS.get());
  }

  @Test
  void ofAQueryWithALimitOnlySomeRowsAreComputed() {
    assertEquals(2, sql("SELECT counted(image).first FROM images LIMIT 2").collectAsList().size());
    assertTrue(CALLS.get() <= 5, CALLS + " calls");
  }

  @Test
  void theFunctionOfAConstantIsComputedOnceByTheDriver() {
    Dataset<Row> rows = sql("SELECT id, counted(X'07').first FROM images");
    assertEquals(7, rows.collectAsList().get(9).getInt(1));
    assertEquals(1, CALLS.get());
  }

  @Test
  void explainAndDescribeCallNothing() {
    sql("EXPLAIN SELECT counted(image) FROM images").collectAsList();
    assertEquals(0, CALLS.get());
    sql("DESCRIBE FUNCTION EXTENDED counted").collectAsList();
    assertEquals(1, BOUND.get());
  }

  @Test
  void whatABinderRefusesIsAnErrorOfTheQuery() {
    assertRefused(
        "counted: the text is bad, expected another; choose one", "counted(image, 'bad')");
    assertRefused(
        "counted: the text is images.id, expected a constant string", "counted(image, id)");
    assertRefused("counted: the text is 3, expected a constant string", "counted(image, 3)");
    assertRefused("counted: the text is NULL, expected a constant string", "counted(image, NULL)");
    assertRefused(
        "counted has 3 arguments, expected counted(image[, text])", "counted(image, 'a', 'b')");
  }

  private static void assertRefused(String message, String call) {
    var refusal =
        assertThrows(AnalysisException.class, () -> sql("SELECT " + call + " FROM images"));
    assertEquals(message + "; line 1 pos 7", refusal.getMessage());
  }

  private static Dataset<Row> sql(String query) {
    return SPARK.session().sql(query);
  }
}
