package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.source.Input;
import java.util.List;
import java.util.Locale;

/** Reads the settings that describe the input. */
final class InputSettings {
  private static final String CARRY = "carry";
  private static final String IMAGE_COLUMN = "image-column";
  private static final String KEY_COLUMN = "key-column";
  private static final String TABLE_FORMAT = "table-format";

  /** The values of {@code input-format}. */
  private enum Format {
    FILES(List.of()),
    PATHS(List.of(CARRY)),
    INVENTORY(List.of()),
    TABLE(List.of(CARRY, IMAGE_COLUMN, KEY_COLUMN, TABLE_FORMAT)),
    WEBDATASET(List.of(CARRY)),
    ZIP(List.of());

    /** Settings that apply to this format only. */
    private final List<String> settings;

    Format(List<String> settings) {
      this.settings = settings;
    }
  }

  private InputSettings() {}

  static Input of(Settings s) throws UserException {
    List<String> uris = s.texts("input");
    Format format = s.choice("input-format", Format.class);
    for (String key : List.of(CARRY, IMAGE_COLUMN, KEY_COLUMN, TABLE_FORMAT)) {
      if (!s.isDefault(key) && !format.settings.contains(key)) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "%s does not apply to input-format %s; leave it out",
                key,
                format.name().toLowerCase(Locale.ROOT)));
      }
    }
    List<String> carry = s.list(CARRY);
    return switch (format) {
      case FILES -> new Input.Files(uris);
      case PATHS -> new Input.Paths(uris, carry);
      case INVENTORY -> new Input.Inventory(uris);
      case TABLE ->
          new Input.Table(
              uris, s.text(TABLE_FORMAT), s.text(IMAGE_COLUMN), s.optionalText(KEY_COLUMN), carry);
      case WEBDATASET -> new Input.WebDataset(uris, carry);
      case ZIP -> new Input.Zip(uris);
    };
  }
}
