package io.repvit.spark4;

import io.repvit.UserException;
import java.util.List;
import java.util.Locale;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Checks the arguments of functions. Spark itself would convert a string, such as a path, to its
 * bytes. What is refused is an {@link AnalysisException}, which a SQL shell shows as one line if it
 * has no cause.
 */
final class SqlArguments {
  /** Fields with an encoded image: of {@code binaryFile}, and of data sets of Hugging Face. */
  private static final List<String> FIELDS = List.of("content", "bytes");

  private SqlArguments() {}

  static void requireCount(SqlFunction function, List<Expression> arguments) {
    int most = function.second() == null ? 1 : 2;
    if (arguments.isEmpty() || arguments.size() > most) {
      throw refused(
          "%s has %d arguments, expected %s",
          function.name(), arguments.size(), function.signature());
    }
  }

  /** The bytes of an image: the argument, or its field if it is a struct. */
  static Expression image(SqlFunction function, Expression argument) {
    DataType type = argument.dataType();
    if (type.equals(DataTypes.BinaryType)) {
      return argument;
    } else if (type.equals(DataTypes.NullType)) {
      return Literal.create(null, DataTypes.BinaryType);
    } else if (type instanceof StructType struct) {
      StructField[] fields = struct.fields();
      for (int i = 0; i < fields.length; i++) {
        if (FIELDS.contains(fields[i].name())
            && fields[i].dataType().equals(DataTypes.BinaryType)) {
          return new GetStructField(argument, i, Option.empty());
        }
      }
    }
    throw refused(
        "%s: the image %s is %s, expected BINARY or a STRUCT with a field %s of BINARY; images of a"
            + " folder are SELECT content FROM binaryFile.`FOLDER`",
        function.name(), argument.sql(), type.sql(), String.join(" or ", FIELDS));
  }

  /** The function with the second argument, if there is one. */
  static ImageFunction bind(SqlFunction function, List<Expression> arguments) {
    String second = arguments.size() == 1 ? null : constant(function, arguments.get(1));
    try {
      return function.binder().bind(second);
    } catch (UserException e) {
      throw refused("%s: %s", function.name(), e.getMessage());
    }
  }

  private static String constant(SqlFunction function, Expression argument) {
    Object value = argument.foldable() ? argument.eval(null) : null;
    if (value == null || !argument.dataType().equals(DataTypes.StringType)) {
      throw refused(
          "%s: the %s is %s, expected a constant string",
          function.name(), function.second(), argument.sql());
    }
    return value.toString();
  }

  static void requireVectors(String function, List<Expression> arguments) {
    if (arguments.size() != 2) {
      throw refused("%s has %d arguments, expected 2 vectors", function, arguments.size());
    }
    for (Expression argument : arguments) {
      if (!(argument.dataType() instanceof ArrayType array
          && array.elementType().equals(DataTypes.FloatType))) {
        throw refused(
            "%s: %s is %s, expected ARRAY<FLOAT>",
            function, argument.sql(), argument.dataType().sql());
      }
    }
  }

  private static RuntimeException refused(String message, @Nullable Object... found) {
    throw SqlArguments.<RuntimeException>unchecked(
        new AnalysisException(
            String.format(Locale.ROOT, message, found),
            Option.empty(),
            Option.empty(),
            Option.empty(),
            Option.empty(),
            scala.collection.immutable.Map$.MODULE$.empty(),
            new QueryContext[0]));
  }

  /** Spark's exception is a checked one, which Scala does not declare. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable e) throws E {
    throw (E) e;
  }
}
