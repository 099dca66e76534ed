package io.repvit.cli;

import static java.util.Locale.ROOT;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import io.repvit.UserException;
import io.repvit.storage.Secrets;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The settings of one command. Values on the command line override those in the {@code --config}
 * file, which override the defaults. The mixin {@code flags} of the command declares name, default
 * and description of each; keys are option names without leading dashes.
 */
final class Settings {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)secret|password|passphrase|token|credential|signature|(access|encryption)[._-]?key");

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final Config config;
  private final Config defaults;

  private Settings(Config config, Config defaults) {
    this.config = config;
    this.defaults = defaults;
  }

  /**
   * Merges the three sources.
   *
   * @param command the parsed command line
   * @param file settings file in HOCON, or null
   * @throws UserException if the file is missing, malformed or has unknown keys
   */
  static Settings of(CommandSpec command, @Nullable Path file) throws UserException {
    Config defaults = defaults(command);
    Config fromFile = file == null ? ConfigFactory.empty() : parse(file);
    requireKnown("settings file " + file, fromFile, defaults);
    var fromCommandLine = new HashMap<String, Object>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      if (defaults.root().containsKey(key(option))) {
        fromCommandLine.put(key(option), option.getValue());
      }
    }
    return merged(
        ConfigFactory.parseMap(fromCommandLine, "the command line").withFallback(fromFile),
        defaults);
  }

  /**
   * Merges the settings of a call from a program with the defaults.
   *
   * @param values by key: text, numbers, truth values, lists of texts
   * @throws UserException if there are unknown keys
   */
  static Settings ofCall(CommandSpec command, Map<String, Object> values) throws UserException {
    Config defaults = defaults(command);
    Config given = ConfigFactory.parseMap(values, "the call");
    requireKnown("the call", given, defaults);
    return merged(given, defaults);
  }

  private static void requireKnown(String source, Config given, Config defaults)
      throws UserException {
    var unknown = new TreeSet<>(given.root().keySet());
    unknown.removeAll(defaults.root().keySet());
    if (!unknown.isEmpty()) {
      throw new UserException(
          String.format(
              ROOT,
              "%s has unknown keys %s, expected some of %s",
              source,
              unknown,
              new TreeSet<>(defaults.root().keySet())));
    }
  }

  private static Settings merged(Config given, Config defaults) throws UserException {
    Config config = given.withFallback(defaults);
    requireOneLineAndNoCredentials(config);
    return new Settings(config, defaults);
  }

  /** These settings with other values for some keys. */
  Settings with(Map<String, ?> values) {
    return new Settings(
        ConfigFactory.parseMap(values, "the command").withFallback(config), defaults);
  }

  /** The options of a command that are settings, in the order of their declaration. */
  static List<OptionSpec> options(CommandSpec command) {
    return Objects.requireNonNull(command.mixins().get("flags"), command.name()).options();
  }

  /** The key of an option in files. */
  static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  private static Config defaults(CommandSpec command) {
    var defaults = new HashMap<String, @Nullable Object>();
    for (OptionSpec option : options(command)) {
      boolean emptyList = option.defaultValue() == null && option.isMultiValue();
      defaults.put(key(option), emptyList ? List.of() : option.defaultValue());
    }
    return ConfigFactory.parseMap(defaults, "the defaults");
  }

  /**
   * Checks that no setting has control characters or credentials, because settings are written to
   * logs and manifests, and process lists show the command line.
   */
  private static void requireOneLineAndNoCredentials(Config config) throws UserException {
    for (Map.Entry<String, Object> setting : config.root().unwrapped().entrySet()) {
      String text = String.valueOf(setting.getValue());
      var control = CONTROL.matcher(text);
      if (control.find()) {
        throw new UserException(
            String.format(
                ROOT,
                "%s contains the control character U+%04X, expected text in one line",
                setting.getKey(),
                (int) control.group().charAt(0)));
      }
      if (Secrets.areIn(text)) {
        throw new UserException(
            String.format(
                ROOT,
                "%s contains a URI with credentials, expected one without, because logs show settings;"
                    + " use a provider of fs.s3a.aws.credentials.provider: environment, instance"
                    + " role or service account",
                setting.getKey()));
      }
    }
  }

  private static Config parse(Path file) throws UserException {
    if (!Files.isReadable(file)) {
      throw new UserException("settings file " + file + " does not exist or is not readable");
    }
    try {
      return ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
          .resolve(ConfigResolveOptions.defaults());
    } catch (ConfigException e) {
      throw new UserException("settings file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  String text(String key) throws UserException {
    String value = optionalText(key);
    if (value == null || value.isBlank()) {
      throw new UserException("--" + key + " is required");
    }
    return value;
  }

  @Nullable String optionalText(String key) throws UserException {
    return config.getIsNull(key) ? null : read(key, config::getString);
  }

  /** The settings that have a value, by key. Values whose key looks like a secret are masked. */
  Map<String, String> shown() {
    var shown = new TreeMap<String, String>();
    for (var setting : config.entrySet()) {
      String path = String.join(".", ConfigUtil.splitPath(setting.getKey()));
      String value = String.valueOf(setting.getValue().unwrapped());
      shown.put(path, SECRET.matcher(path).find() ? "***" : value);
    }
    return shown;
  }

  /** Whether the value of {@code key} is the default. */
  boolean isDefault(String key) {
    return Objects.equals(config.root().get(key), defaults.root().get(key));
  }

  List<String> list(String key) throws UserException {
    return read(key, config::getStringList);
  }

  List<String> texts(String key) throws UserException {
    List<String> values = list(key);
    if (values.isEmpty()) {
      throw new UserException("--" + key + " is required");
    }
    return values;
  }

  int integer(String key) throws UserException {
    return whole(key, BigDecimal::intValueExact);
  }

  long integer64(String key) throws UserException {
    return whole(key, BigDecimal::longValueExact);
  }

  /** Reads an integer exactly; Config itself would read 2.5 as 2. */
  private <T> T whole(String key, Function<BigDecimal, T> exact) throws UserException {
    String value = read(key, config::getString);
    try {
      return exact.apply(new BigDecimal(value));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new UserException(
          String.format(
              ROOT,
              "setting %s: %s: found '%s', expected an integer",
              key,
              config.getValue(key).origin().description(),
              value),
          e);
    }
  }

  boolean flag(String key) throws UserException {
    return read(key, config::getBoolean);
  }

  double number(String key) throws UserException {
    return read(key, config::getDouble);
  }

  @Nullable Double optionalNumber(String key) throws UserException {
    return config.getIsNull(key) ? null : number(key);
  }

  /** A size such as {@code 64MiB}, in bytes. */
  long bytes(String key) throws UserException {
    return read(key, config::getBytes);
  }

  /** A time such as {@code 60 s}. */
  Duration duration(String key) throws UserException {
    return read(key, config::getDuration);
  }

  /** A constant by its name; in settings a name has dashes for underscores. */
  <E extends Enum<E>> E choice(String key, Class<E> type) throws UserException {
    return choice(key, text(key), type);
  }

  <E extends Enum<E>> List<E> choices(String key, Class<E> type) throws UserException {
    var choices = new ArrayList<E>();
    for (String value : list(key)) {
      choices.add(choice(key, value, type));
    }
    return choices;
  }

  private static <E extends Enum<E>> E choice(String key, String value, Class<E> type)
      throws UserException {
    for (E e : type.getEnumConstants()) {
      if (e.name().replace('_', '-').equalsIgnoreCase(value)) {
        return e;
      }
    }
    throw new UserException(
        String.format(
            ROOT,
            "%s is '%s', expected one of %s",
            key,
            value,
            List.of(type.getEnumConstants()).toString().toLowerCase(ROOT).replace('_', '-')));
  }

  private static <T> T read(String key, Function<String, T> reader) throws UserException {
    try {
      return reader.apply(key);
    } catch (ConfigException e) {
      throw new UserException("setting " + key + ": " + e.getMessage(), e);
    }
  }
}
