package io.repvit.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads the class names of a model by logit index, from a file or from a list in the jar. */
public final class Labels {

  /** 8 MiB. A file of the 21,841 names of ImageNet-22k has 0.6 MB. */
  public static final int MAX_FILE_BYTES = 8 << 20;

  /** Names the list of the 1,000 class names of ImageNet-1k, which are all distinct. */
  public static final String IMAGENET_1K = "imagenet-1k";

  /**
   * Names the list of the WordNet synsets of these classes, for example {@code n01440764}, as in
   * the folder names of ImageNet.
   */
  public static final String IMAGENET_1K_SYNSETS = "imagenet-1k-synsets";

  /**
   * The JSON nests an object or array, and in it the pairs of {@code imagenet_class_index.json}.
   */
  private static final int MAX_DEPTH = 2;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private Labels() {}

  /** Returns the list in the jar with the given name; empty if there is none. */
  public static Optional<List<String>> shipped(String name) {
    return switch (name) {
      case IMAGENET_1K -> Optional.of(column(1));
      case IMAGENET_1K_SYNSETS -> Optional.of(column(0));
      default -> Optional.empty();
    };
  }

  /**
   * Reads a label file. If the text begins with a bracket or brace it is JSON: an array of names,
   * an object from index to name as Hugging Face's {@code id2label}, or an object from index to
   * {@code [synset, name]} as {@code imagenet_class_index.json}. Otherwise it has one name per
   * line.
   *
   * @throws IllegalArgumentException if the file is malformed; the message names the line or index
   * @throws IOException if the file cannot be read
   */
  public static List<String> read(Path path) throws IOException {
    String file = String.valueOf(path.getFileName());
    if (Files.size(path) > MAX_FILE_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: has %d bytes, expected a label file of at most %d",
              file,
              Files.size(path),
              MAX_FILE_BYTES));
    }
    return parse(file, Files.readAllBytes(path));
  }

  /**
   * Parses the content of a label file, see {@link #read}.
   *
   * @param file name for messages
   * @param content UTF-8
   */
  public static List<String> parse(String file, byte[] content) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(file + ": is not UTF-8 text, expected class names", e);
    }
    text = text.replaceFirst("^\uFEFF", "").strip();
    return text.startsWith("[") || text.startsWith("{") ? json(file, text) : lines(file, text);
  }

  /**
   * Reads one name per line. A blank line is an error, because it would shift the names after it.
   */
  private static List<String> lines(String file, String text) {
    List<String> lines = text.lines().map(String::strip).toList();
    if (lines.contains("")) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: line %d is blank, expected a class name",
              file,
              lines.indexOf("") + 1));
    }
    return lines;
  }

  private static List<String> json(String file, String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      List<String> labels =
          parser.nextToken() == JsonToken.START_ARRAY ? array(parser) : object(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("the JSON has content after its last bracket");
      }
      return labels;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s: is not a JSON label file: %s", file, e.getOriginalMessage()),
          e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> array(JsonParser parser) throws IOException {
    var labels = new ArrayList<String>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      labels.add(name(parser, labels.size()));
    }
    return labels;
  }

  private static List<String> object(JsonParser parser) throws IOException {
    Map<Integer, String> labels = new TreeMap<>();
    Map<Integer, String> synsets = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      int index = index(parser.currentName());
      parser.nextToken();
      if (parser.currentToken() == JsonToken.START_ARRAY) {
        parser.nextToken();
        synsets.put(index, name(parser, index));
        parser.nextToken();
      }
      if (labels.put(index, name(parser, index)) != null) {
        throw new IllegalArgumentException("index " + index + " occurs twice");
      }
      if (synsets.containsKey(index) && parser.nextToken() != JsonToken.END_ARRAY) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "class %d has more than two strings, expected a name or [synset, name]",
                index));
      }
    }
    for (int i = 0; i < labels.size(); i++) {
      if (!labels.containsKey(i)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "index %d is missing, expected %d consecutive indices from 0",
                i,
                labels.size()));
      }
    }
    return unique(labels, synsets);
  }

  /**
   * Makes repeated names distinct. The class index of ImageNet has two classes "crane" and two
   * "maillot"; their names get the synset as a suffix.
   */
  private static List<String> unique(Map<Integer, String> labels, Map<Integer, String> synsets) {
    Set<String> once = new HashSet<>();
    Set<String> repeated = new HashSet<>();
    labels.values().stream().filter(name -> !once.add(name)).forEach(repeated::add);
    synsets.forEach(
        (index, synset) ->
            labels.computeIfPresent(
                index, (i, name) -> repeated.contains(name) ? name + " (" + synset + ")" : name));
    return List.copyOf(labels.values());
  }

  private static int index(String key) {
    try {
      int index = Integer.parseInt(key);
      if (index >= 0) {
        return index;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT, "key '%s' is not a class index; pass only the object id2label", key));
  }

  private static String name(JsonParser parser, int index) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "class %d is %s, expected a string", index, parser.currentToken()));
    }
    String name = parser.getText();
    if (name.lines().count() > 1) {
      throw new IllegalArgumentException(
          "class " + index + " has a name of several lines, expected one line");
    }
    return name;
  }

  private static List<String> column(int column) {
    String name = IMAGENET_1K + ".tsv";
    try (InputStream in =
        Objects.requireNonNull(Labels.class.getResourceAsStream(name), "no resource " + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.split("\t", -1)[column])
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
