package io.repvit.cli;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** An application that prints the rows of queries. It uses Spark only. */
public final class SqlQueries {
  private SqlQueries() {}

  public static void main(String[] queries) throws Exception {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      for (String query : queries) {
        for (Row row : spark.sql(query).collectAsList()) {
          System.out.println(row);
        }
      }
    }
  }
}
