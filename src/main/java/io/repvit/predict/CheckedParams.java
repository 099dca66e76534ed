package io.repvit.predict;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import scala.Function1;

/**
 * Makes params that are checked when they are set. The check throws by itself, because MLlib's
 * message does not say which values are expected.
 *
 * @param parent uid of the owner
 */
record CheckedParams(String parent) {
  private static final String SHA256 = "[0-9a-f]{64}";

  private interface Check<T> extends Function1<T, Object>, Serializable {}

  private static IllegalArgumentException refusal(String name, Object value, String expected) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s is '%s', expected %s", name, value, expected));
  }

  private static boolean require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw refusal(name, value, expected);
    }
    return true;
  }

  /** A text that is not blank. */
  Param<String> text(String name, String doc) {
    return text(name, doc, value -> require(!value.isBlank(), name, value, "a text"));
  }

  /** A SHA-256. */
  Param<String> sha256(String name, String doc) {
    String expected = "64 lower-case hex digits";
    return text(
        name,
        doc + ", " + expected,
        value -> require(value.matches(SHA256), name, value, expected));
  }

  /** One of some words. */
  Param<String> choice(String name, String doc, String... words) {
    List<String> choices = List.of(words);
    String expected = "'" + String.join("' or '", words) + "'";
    return text(
        name,
        doc + ": " + expected,
        value -> require(choices.contains(value), name, value, expected));
  }

  private Param<String> text(String name, String doc, Check<String> check) {
    return new Param<>(parent, name, doc, check, String.class);
  }

  /** A number from {@code least} to {@code most}. */
  IntParam number(String name, String doc, int least, int most) {
    String expected = range(least, most);
    Check<Object> check =
        value -> require((int) value >= least && (int) value <= most, name, value, expected);
    return new IntParam(parent, name, doc + ", " + expected, check);
  }

  /** A number from 1 to {@code most}. */
  LongParam number(String name, String doc, long most) {
    String expected = range(1, most);
    Check<Object> check =
        value -> require((long) value >= 1 && (long) value <= most, name, value, expected);
    return new LongParam(parent, name, doc + ", " + expected, check);
  }

  private static String range(long least, long most) {
    return most == Integer.MAX_VALUE && least == 1
        ? "at least 1"
        : String.format(Locale.ROOT, "%d to %d", least, most);
  }
}
