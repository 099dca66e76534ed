package io.repvit.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {
  @TempDir private Path folder;

  @Test
  void imageNetsNamesStandInTheOrderOfTheirSynsets() {
    List<String> names = Labels.shipped("imagenet-1k").orElseThrow();
    List<String> synsets = Labels.shipped("imagenet-1k-synsets").orElseThrow();
    assertEquals(1000, names.size());
    assertEquals(1000, synsets.size());
    assertEquals(synsets.stream().sorted().toList(), synsets);
    assertEquals("tench, Tinca tinca", names.get(0));
    assertEquals("n01440764", synsets.get(0));
    assertEquals("toilet tissue, toilet paper, bathroom tissue", names.get(999));
    assertEquals("n15075141", synsets.get(999));
  }

  @Test
  void noTwoOfImageNetsNamesAreTheSame() {
    List<String> names = Labels.shipped("imagenet-1k").orElseThrow();
    assertEquals(1000, new HashSet<>(names).size());
    assertEquals("crane bird", names.get(134));
    assertEquals("crane", names.get(517));
  }

  @Test
  void nothingElseShips() {
    assertEquals(Optional.empty(), Labels.shipped("labels.txt"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ant\nbee\ncow, bull\n",
        "\uFEFFant\r\nbee \r\n  cow, bull\r\n\r\n",
        "[\"ant\", \"bee\", \"cow, bull\"]",
        "\n{\"0\": \"ant\", \"2\": \"cow, bull\", \"1\": \"bee\"}",
        "{\"0\": [\"n0\", \"ant\"], \"1\": [\"n1\", \"bee\"], \"2\": [\"n2\", \"cow, bull\"]}"
      })
  void aFileCanBeTextOrJson(String content) throws IOException {
    assertEquals(List.of("ant", "bee", "cow, bull"), read(content));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[\"ant\", 3]|: class 1 is VALUE_NUMBER_INT, expected a string",
        "[\"ant\", \"b\\nee\"]|: class 1 has a name of several lines",
        "[\"ant\", [\"bee\"]]|: class 1 is START_ARRAY, expected a string",
        "{\"0\": [[\"n0\"]]}|: is not a JSON label file: Document nesting depth (3) exceeds",
        "{\"0\": [\"n0\"]}|: class 0 is END_ARRAY, expected a string",
        "{\"0\": [\"n0\", \"ant\", \"x\"]}|: class 0 has more than two strings, expected a name or",
        "[\"ant\", \"bee\"|: is not a JSON label file: Unexpected end-of-input",
        "[\"ant\"] [\"bee\"]|: the JSON has content after its last bracket",
        "{\"0\": \"ant\", \"0\": \"bee\"}|: is not a JSON label file: Duplicate field '0'",
        "{\"0\": \"ant\", \"00\": \"bee\"}|: index 0 occurs twice",
        "{\"0\": \"ant\", \"2\": \"bee\"}|: index 1 is missing, expected 2 consecutive indices from 0",
        "{\"ant\": 0}|: key 'ant' is not a class index; pass only the object id2label",
        "{\"-1\": \"ant\"}|: key '-1' is not a class index",
        "{\"2147483648\": \"ant\"}|: key '2147483648' is not a class index"
      })
  void aDefectIsNamed(String content, String message) throws IOException {
    assertRefused(message, write(content));
  }

  @Test
  void twoClassesOfOneNameGetTheirSynsets() throws IOException {
    assertEquals(
        List.of("crane (n02012849)", "bee", "crane (n03126707)"),
        read(
            """
            {"0": ["n02012849", "crane"], "1": ["n1", "bee"], "2": ["n03126707", "crane"]}"""));
  }

  @Test
  void aBlankLineInBetweenIsRefused() throws IOException {
    assertRefused(": line 2 is blank, expected a class name", write("ant\n\nbee"));
  }

  @Test
  void whatIsNotTextIsRefused() throws IOException {
    Path file = folder.resolve("labels");
    Files.write(file, new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    assertRefused("labels: is not UTF-8 text, expected class names", file);
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() throws IOException {
    Path file = folder.resolve("labels");
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertRefused(
        "labels: has 1099511627776 bytes, expected a label file of at most 8388608", file);
  }

  private List<String> read(String content) throws IOException {
    return Labels.read(write(content));
  }

  private Path write(String content) throws IOException {
    return Files.writeString(folder.resolve("labels"), content);
  }

  private static void assertRefused(String message, Path file) {
    var e = assertThrows(IllegalArgumentException.class, () -> Labels.read(file));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
  }
}
