package io.repvit.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;

import org.apache.spark.sql.Column;

/** Computes {@link SourceObject#version()} as a column of a query. */
public final class VersionColumn {
  private VersionColumn() {}

  /**
   * The version of a row; null when it is unknown.
   *
   * @param modifiedAtMillis milliseconds since the epoch; null when unknown
   * @param length bytes; null when unknown
   */
  public static Column of(Column etag, Column modifiedAtMillis, Column length) {
    Column made =
        concat(lit("\""), lower(hex(modifiedAtMillis)), lit("-"), lower(hex(length)), lit("\""));
    return coalesce(etag, made);
  }
}
