package io.repvit.spark4;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.ApplyFunctionExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Adds functions to the SQL of sessions. */
public final class SqlFunctions {
  private SqlFunctions() {}

  /** Makes the call of a function from its arguments, while Spark analyses a query. */
  private interface Builder extends Function1<Seq<Expression>, Expression> {
    @Override
    default Expression apply(Seq<Expression> arguments) {
      return build(CollectionConverters.asJava(arguments));
    }

    Expression build(List<Expression> arguments);
  }

  /** Adds a function to the sessions that are made with {@code extensions}. */
  public static void add(SparkSessionExtensions extensions, SqlFunction function) {
    Builder builder =
        arguments -> {
          SqlArguments.requireCount(function, arguments);
          Expression image = SqlArguments.image(function, arguments.get(0));
          ImageFunction bound = SqlArguments.bind(function, arguments);
          return call(new ImageCall(function.name(), bound), List.of(image));
        };
    inject(
        extensions,
        function.name(),
        function.usage(),
        function.arguments(),
        function.examples(),
        builder);
  }

  /** Adds the functions of two vectors that this Spark does not have itself. */
  public static void addVectorFunctions(SparkSessionExtensions extensions) {
    for (VectorFunction function : VectorFunction.values()) {
      VectorCall call = new VectorCall(function);
      if (!FunctionRegistry.builtin().functionExists(new FunctionIdentifier(call.name()))) {
        Builder builder =
            arguments -> {
              SqlArguments.requireVectors(call.name(), arguments);
              return call(call, arguments);
            };
        inject(
            extensions,
            call.name(),
            "_FUNC_(vector1, vector2) - Returns " + function.result() + ".",
            "* vector1, vector2 - arrays of FLOAT with equally many numbers",
            "> SELECT _FUNC_(array(3F, 4F), array(4F, 3F));\n " + function.example(),
            builder);
      }
    }
  }

  private static void inject(
      SparkSessionExtensions extensions,
      String name,
      String usage,
      String arguments,
      String examples,
      Builder builder) {
    var info =
        new ExpressionInfo(
            canonicalName(name),
            null, // of no database
            name,
            usage,
            "\n    Arguments:\n" + indented(arguments),
            "\n    Examples:\n" + indented(examples),
            "",
            "",
            "",
            "",
            "java_udf");
    extensions.injectFunction(new Tuple3<>(new FunctionIdentifier(name), info, builder));
  }

  private static String indented(String lines) {
    return lines.lines().map(line -> "      " + line + "\n").collect(Collectors.joining());
  }

  private static Expression call(ScalarFunction<?> function, List<Expression> arguments) {
    Seq<Expression> children = CollectionConverters.asScala(arguments).toSeq();
    var call = new ApplyFunctionExpression(function, children);
    // The name in plans and of columns.
    call.setTagValue(FunctionRegistry.FUNC_ALIAS(), function.name());
    return call;
  }

  /** A name that no other library has. */
  static String canonicalName(String name) {
    return "io.repvit." + name.toLowerCase(Locale.ROOT);
  }
}
