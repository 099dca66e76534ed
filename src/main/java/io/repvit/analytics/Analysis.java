package io.repvit.analytics;

import io.repvit.UserException;
import io.repvit.report.Page;
import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The answer to a question about tables: rows, a summary and a page. {@link ResultFolder} writes
 * all three.
 *
 * @param <S> the summary: a record of numbers, texts, lists and maps, bounded in size
 */
public interface Analysis<S> {
  /** The rows of the answer. Spark computes them when they are written. */
  Dataset<Row> rows() throws UserException, IOException;

  /**
   * The summary.
   *
   * @param written {@link #rows}, read from the files that they were written to
   */
  S summary(Dataset<Row> written) throws UserException, IOException;

  /** The summary as text for a terminal, a few lines without a line end after the last. */
  String text(S summary);

  /**
   * The page for people.
   *
   * @param written as for {@link #summary}
   */
  Page page(Dataset<Row> written, S summary) throws UserException, IOException;
}
