package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The files in {@code conf} are made from the options. With {@code -Drepvit.conf.write=true} this
 * test writes them.
 */
class ConfFilesTest {
  private static final int LINE = 100;

  @ParameterizedTest
  @ValueSource(
      strings = {"audit", "classify", "cluster", "duplicates", "evaluate", "neighbours", "probe"})
  void theFileHasEveryOptionWithItsDefaultAndDescription(String command) throws IOException {
    Path file = Path.of("conf", command + ".conf");
    String expected = text(command);
    if (Boolean.getBoolean("repvit.conf.write")) {
      Files.writeString(file, expected);
    }
    assertEquals(
        expected,
        Files.readString(file),
        file + " is out of date: ./mvnw test -Dtest=ConfFilesTest -Drepvit.conf.write=true");
  }

  private static String text(String command) {
    var text = new StringBuilder();
    comment(
        text,
        "Options of `repvit "
            + command
            + "` with their defaults. A key is the name of an option without its dashes. The command"
            + " line overrides the file given with --config, which overrides these defaults. Unknown"
            + " keys are errors. This file is generated from the options, see CONTRIBUTING.md.");
    CommandLine line =
        Objects.requireNonNull(Main.commandLine().getSubcommands().get(command), command);
    for (OptionSpec option : Settings.options(line.getCommandSpec())) {
      text.append('\n');
      comment(text, String.join(" ", option.description()));
      String none = option.isMultiValue() ? "[]" : "null";
      String value = option.defaultValue() == null ? none : option.defaultValue();
      text.append(Settings.key(option)).append(" = ").append(value).append('\n');
    }
    return text.toString();
  }

  private static void comment(StringBuilder text, String words) {
    var line = new StringBuilder("#");
    for (String word : List.of(words.split(" "))) {
      if (line.length() + 1 + word.length() > LINE) {
        text.append(line).append('\n');
        line = new StringBuilder("#");
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }
}
