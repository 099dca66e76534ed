package io.repvit.bench;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of which a benchmark needs one at least. */
final class AtLeastOne implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String value) {
    int number;
    try {
      number = Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw (TypeConversionException)
          new TypeConversionException("'" + value + "' is no whole number").initCause(e);
    }
    if (number < 1) {
      throw new TypeConversionException(value + " is too few, must be at least 1");
    }
    return number;
  }
}
