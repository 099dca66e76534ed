package io.repvit.source;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Finds columns by the names that users give: a column's name, or a path into structs with dots.
 */
public final class ColumnNames {
  private ColumnNames() {}

  /** Thrown when the names of several columns differ only in case. */
  static final class AmbiguousException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    AmbiguousException(List<String> columns) {
      super(
          "found the columns "
              + String.join(", ", columns)
              + ", which differ only in case; rename them");
    }
  }

  /**
   * Resolves a column name to the path of the column; empty when there is no such column.
   *
   * @param fields returns the field names of the struct at a path; empty when it is not a struct
   * @throws AmbiguousException when the names of several columns differ only in case
   */
  static List<String> find(String name, Function<List<String>, List<String>> fields) {
    return find(name, List.of(), fields);
  }

  private static List<String> find(
      String name, List<String> above, Function<List<String>, List<String>> fields) {
    List<String> same = fields.apply(above).stream().filter(name::equalsIgnoreCase).toList();
    if (same.size() > 1) {
      throw new AmbiguousException(same);
    }
    if (!same.isEmpty()) {
      return below(above, same.get(0));
    }
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      List<String> struct = find(name.substring(0, dot), above, fields);
      if (!struct.isEmpty()) {
        List<String> found = find(name.substring(dot + 1), struct, fields);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return List.of();
  }

  static List<String> below(List<String> above, String name) {
    var names = new ArrayList<>(above);
    names.add(name);
    return names;
  }

  /** A column of a table. */
  public record Found(Column column, DataType type) {}

  /**
   * Finds a column of a table.
   *
   * @throws IllegalArgumentException when the table has no such column
   */
  public static Found of(StructType table, String name) {
    List<String> names = find(name, above -> fields(at(table, above)));
    if (names.isEmpty()) {
      throw new IllegalArgumentException(missing(name, List.of(table.fieldNames())));
    }
    return new Found(
        functions.col(
            names.stream().map(n -> "`" + n.replace("`", "``") + "`").collect(joining("."))),
        at(table, names));
  }

  static String missing(String name, List<String> columns) {
    return String.format(
        Locale.ROOT,
        "found the columns %s, expected '%s'",
        ListText.shown(String.join(", ", columns)),
        name);
  }

  private static List<String> fields(DataType type) {
    return type instanceof StructType struct ? List.of(struct.fieldNames()) : List.of();
  }

  private static DataType at(StructType table, List<String> names) {
    DataType type = table;
    for (String name : names) {
      type = ((StructType) type).apply(name).dataType();
    }
    return type;
  }
}
