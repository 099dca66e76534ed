package io.repvit.checkpoint;

import static io.repvit.checkpoint.CheckpointException.quoted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.repvit.tensor.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The JSON header of a safetensors file.
 *
 * <p>Source: <a href="https://github.com/huggingface/safetensors#format">safetensors, Format</a>.
 *
 * @param entries ordered by offset; together they cover the data from byte 0 without gap or overlap
 */
record SafetensorsHeader(List<Entry> entries) {

  /** The header nests three levels: object, tensor object, array. One level is spare. */
  private static final int MAX_DEPTH = 4;

  /** Names in PyTorch checkpoints have up to 100 characters. */
  private static final int MAX_NAME_LENGTH = 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .build())
          .build();

  /**
   * One tensor.
   *
   * @param begin offset of the first byte, counted from the end of the header
   * @param end offset after the last byte
   */
  record Entry(String name, DType dtype, Shape shape, long begin, long end) {}

  /** Returns the total size of the tensors' data in bytes. */
  long dataBytes() {
    return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).end();
  }

  /**
   * Reads and checks a header.
   *
   * @param file name for messages
   * @param json UTF-8; spaces may follow the closing brace
   * @throws CheckpointException for each defect; the message names the tensor if there is one
   */
  static SafetensorsHeader parse(String file, byte[] json) {
    if (json.length == 0 || json[0] != '{') {
      throw new CheckpointException(
          file, "the header does not begin with '{'; is it a safetensors file?");
    }
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      var entries = entries(file, parser);
      if (parser.nextToken() != null) {
        throw new CheckpointException(file, "the header has content after its closing brace");
      }
      return new SafetensorsHeader(inOrder(file, entries));
    } catch (StreamConstraintsException e) {
      throw new CheckpointException(
          file, "the header exceeds a limit: " + e.getOriginalMessage(), e);
    } catch (JsonParseException e) {
      String problem = e.getOriginalMessage();
      throw new CheckpointException(
          file,
          problem.startsWith("Duplicate field")
              ? "the header has a duplicate key: " + problem
              : "the header is not valid JSON: " + problem,
          e);
    } catch (IOException e) {
      throw new CheckpointException(file, "the header cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Entry> entries(String file, JsonParser parser) throws IOException {
    var entries = new ArrayList<Entry>();
    var budget = new TensorBudget(file);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw CheckpointException.of(file, name, "is not a JSON object");
      }
      if (name.equals("__metadata__")) {
        parser.skipChildren();
      } else {
        entries.add(entry(file, name, parser, budget));
      }
    }
    return entries;
  }

  private static Entry entry(String file, String name, JsonParser parser, TensorBudget budget)
      throws IOException {
    String dtype = "";
    List<Long> shape = List.of();
    List<Long> offsets = List.of();
    var seen = new TreeSet<String>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      seen.add(key);
      switch (key) {
        case "dtype" -> dtype = parser.getText();
        case "shape" -> shape = numbers(file, name, key, parser);
        case "data_offsets" -> offsets = numbers(file, name, key, parser);
        default -> throw CheckpointException.of(file, name, "has the unknown key " + quoted(key));
      }
    }
    for (String key : Set.of("dtype", "shape", "data_offsets")) {
      if (!seen.contains(key)) {
        throw CheckpointException.of(file, name, "has no " + key);
      }
    }
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      String found = offsets.size() == 2 ? offsets.toString() : offsets.size() + " numbers";
      throw CheckpointException.of(
          file, name, "has data_offsets of " + found + ", expected [begin, end]");
    }
    return checked(
        file,
        new Entry(
            name,
            dtype(file, name, dtype),
            budget.admit(name, shape),
            offsets.get(0),
            offsets.get(1)));
  }

  private static Entry checked(String file, Entry e) {
    long needed = (long) e.shape().count() * e.dtype().bytes();
    if (e.end() - e.begin() != needed) {
      throw CheckpointException.of(
          file,
          e.name(),
          String.format(
              Locale.ROOT,
              "has %d bytes in data_offsets, %s of shape %s needs %d",
              e.end() - e.begin(),
              e.dtype(),
              e.shape(),
              needed));
    }
    return e;
  }

  private static List<Long> numbers(String file, String name, String key, JsonParser parser)
      throws IOException {
    if (!parser.isExpectedStartArrayToken()) {
      throw CheckpointException.of(file, name, "has a " + key + " that is not an array");
    }
    var numbers = new ArrayList<Long>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      // getLongValue() throws for integers beyond 64 bits, so they are refused before the call.
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw CheckpointException.of(
            file,
            name,
            String.format(
                Locale.ROOT,
                "has %s in %s, expected integers of at least 0",
                quoted(parser.getText()),
                key));
      }
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  private static DType dtype(String file, String name, String dtype) {
    for (DType d : DType.values()) {
      if (d.name().equals(dtype)) {
        return d;
      }
    }
    throw CheckpointException.of(
        file,
        name,
        String.format(
            Locale.ROOT,
            "has dtype %s, expected one of %s; convert the checkpoint to float32",
            quoted(dtype),
            List.of(DType.values())));
  }

  private static List<Entry> inOrder(String file, List<Entry> entries) {
    var ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long next = 0;
    for (Entry e : ordered) {
      if (e.begin() != next) {
        throw CheckpointException.of(
            file,
            e.name(),
            String.format(
                Locale.ROOT,
                "%s: its data begin at byte %d, expected byte %d where the previous tensor ends",
                e.begin() < next ? "overlaps another tensor" : "follows a gap",
                e.begin(),
                next));
      }
      next = e.end();
    }
    return List.copyOf(ordered);
  }
}
