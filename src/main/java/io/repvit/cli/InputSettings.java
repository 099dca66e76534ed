package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.source.Input;
import io.repvit.source.InputFormat;
import io.repvit.source.InputFormat.Option;
import java.util.Locale;

/** Reads the settings that describe the input. */
final class InputSettings {
  private InputSettings() {}

  static Input of(Settings s) throws UserException {
    InputFormat format = s.choice("input-format", InputFormat.class);
    for (Option option : Option.values()) {
      if (!s.isDefault(option.key()) && !format.accepts(option)) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "%s does not apply to input-format %s; leave it out",
                option.key(),
                format.label()));
      }
    }
    return format.input(
        new InputFormat.Options(
            s.texts("input"),
            s.list(Option.CARRY.key()),
            s.text(Option.TABLE_FORMAT.key()),
            s.text(Option.IMAGE_COLUMN.key()),
            s.optionalText(Option.KEY_COLUMN.key())));
  }
}
