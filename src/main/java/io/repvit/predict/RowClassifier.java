package io.repvit.predict;

import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Appends the outcomes of images to the rows of a partition, on an executor.
 *
 * @param column where the images are
 * @param configuration Hadoop configuration to read paths with; null without paths
 * @param embeddingApart whether the embedding is a column of its own, after the struct
 * @param asVector whether the embedding is a vector of MLlib
 * @param failsOnError whether a row without a prediction fails the task
 */
record RowClassifier(
    SharedModel model,
    ImageColumn column,
    @Nullable Broadcast<SerializableConfiguration> configuration,
    boolean embeddingApart,
    boolean asVector,
    boolean failsOnError)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new ClassifiedRows(rows, this, TaskContext.get());
  }

  Configuration hadoop() {
    if (configuration == null) {
      throw new IllegalStateException("no configuration, because the column has no paths");
    }
    return configuration.value().value();
  }

  /** The output row: the values of the input, the struct, and the embedding if it is apart. */
  Row row(Row input, @Nullable Outcome outcome) {
    int size = input.size();
    var values = new @Nullable Object[size + (embeddingApart ? 2 : 1)];
    for (int i = 0; i < size; i++) {
      values[i] = input.get(i);
    }
    if (outcome != null) {
      Object embedding = PredictionColumn.embedding(outcome, asVector);
      if (embeddingApart) {
        values[size] = PredictionColumn.row(outcome);
        values[size + 1] = embedding;
      } else {
        values[size] = PredictionColumn.row(outcome, embedding);
      }
    }
    return RowFactory.create(values);
  }
}
