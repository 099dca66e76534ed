package io.repvit.inference;

import io.repvit.image.Preprocessing.Interpolation;
import io.repvit.image.Rgb;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads typed values from the text entries of a model card. A missing or malformed entry is an
 * error that names its key.
 *
 * @param prefix precedes each key in the map
 * @param map the entries, by prefixed key
 */
record CardEntries(String prefix, Map<String, String> map) {

  boolean has(String key) {
    return map.containsKey(prefix + key);
  }

  String text(String key) {
    String v = map.get(prefix + key);
    if (v == null) {
      throw new IllegalArgumentException(
          "card entry '" + prefix + key + "' is missing, expected a value");
    }
    return v;
  }

  String text(String key, String absent) {
    return has(key) ? text(key) : absent;
  }

  int integer(String key, int min, int max) {
    String v = text(key);
    try {
      int i = Integer.parseInt(v);
      if (i >= min && i <= max) {
        return i;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw malformed(key, "an integer from " + min + " to " + max);
  }

  double number(String key) {
    String v = text(key);
    try {
      double d = Double.parseDouble(v);
      if (Double.isFinite(d)) {
        return d;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw malformed(key, "a finite number");
  }

  boolean bool(String key) {
    return switch (text(key)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw malformed(key, "true or false");
    };
  }

  Interpolation interpolation(String key) {
    for (Interpolation i : Interpolation.values()) {
      if (i.name().equals(text(key))) {
        return i;
      }
    }
    throw malformed(key, "one of " + List.of(Interpolation.values()));
  }

  /** Reads the kind of GELU; without an entry it is the exact one. */
  Gelu gelu(String key) {
    for (Gelu g : Gelu.values()) {
      if (g.text().equals(text(key, Gelu.ERF.text()))) {
        return g;
      }
    }
    throw malformed(key, "erf or tanh");
  }

  Rgb rgb(String key) {
    String[] parts = text(key).split(",", -1);
    try {
      if (parts.length == 3) {
        return new Rgb(
            Double.parseDouble(parts[0]),
            Double.parseDouble(parts[1]),
            Double.parseDouble(parts[2]));
      }
    } catch (IllegalArgumentException e) {
      // Reported below.
    }
    throw malformed(key, "three finite numbers separated by commas");
  }

  IllegalArgumentException malformed(String key, String expected) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "card entry '%s%s' is '%s', expected %s",
            prefix,
            key,
            text(key),
            expected));
  }
}
