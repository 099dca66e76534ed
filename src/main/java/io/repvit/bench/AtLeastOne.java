package io.repvit.bench;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts an option to an integer of at least 1. */
final class AtLeastOne implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String value) {
    int number;
    try {
      number = Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw (TypeConversionException)
          new TypeConversionException(
                  "'" + value + "' is no integer, expected an integer of at least 1")
              .initCause(e);
    }
    if (number < 1) {
      throw new TypeConversionException(value + " is too small, expected at least 1");
    }
    return number;
  }
}
