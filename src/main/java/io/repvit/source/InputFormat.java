package io.repvit.source;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The input formats, that is the values of {@code --input-format}. The command line, its help and
 * its error messages are made from this list.
 */
public enum InputFormat {
  FILES("images", Set.of(), o -> new Input.Files(o.uris())),
  PATHS(
      "lists of images as text, CSV or Parquet",
      Set.of(Option.CARRY),
      o -> new Input.Paths(o.uris(), o.carry())),
  INVENTORY("manifests of S3 Inventory", Set.of(), o -> new Input.Inventory(o.uris())),
  TABLE(
      "tables with an image column",
      Set.of(Option.CARRY, Option.TABLE_FORMAT, Option.IMAGE_COLUMN, Option.KEY_COLUMN),
      o -> new Input.Table(o.uris(), o.tableFormat(), o.imageColumn(), o.keyColumn(), o.carry())),
  WEBDATASET(
      "tar shards, also compressed",
      Set.of(Option.CARRY),
      o -> new Input.WebDataset(o.uris(), o.carry())),
  ZIP("zip archives", Set.of(), o -> new Input.Zip(o.uris()));

  private final String description;
  private final Set<Option> options;
  private final Function<Options, Input> input;

  InputFormat(String description, Set<Option> options, Function<Options, Input> input) {
    this.description = description;
    this.options = options;
    this.input = input;
  }

  /** The value of {@code --input-format}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What the URIs of the input are. */
  public String description() {
    return description;
  }

  /** Whether an option applies to this format. */
  public boolean accepts(Option option) {
    return options.contains(option);
  }

  /**
   * Makes an input.
   *
   * @throws IllegalArgumentException when the options do not fit together
   */
  public Input input(Options values) {
    return input.apply(values);
  }

  /** Options that apply to some formats only. */
  public enum Option {
    CARRY,
    TABLE_FORMAT,
    IMAGE_COLUMN,
    KEY_COLUMN;

    /** The key in settings: {@code table-format}. */
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The values of {@code --input} and of each {@link Option}. */
  public record Options(
      List<String> uris,
      List<String> carry,
      String tableFormat,
      String imageColumn,
      @Nullable String keyColumn) {}
}
