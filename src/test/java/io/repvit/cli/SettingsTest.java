package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.image.Orientation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SettingsTest {
  @TempDir private Path folder;

  @Test
  void theCommandLineWinsOverTheFileAndTheFileOverTheDefault() throws Exception {
    assertEquals(4, settings("").integer("batch"));
    assertEquals(7, settings("batch = 7").integer("batch"));
    assertEquals(9, settings("batch = 7", "--batch", "9").integer("batch"));
    assertEquals(9, settings("", "--batch=9").integer("batch"));
    assertEquals(5, settings("batch = 7", "--batch", "9").integer("top-k"));
  }

  @Test
  void listsReplaceEachOtherWhole() throws Exception {
    assertEquals(List.of("/a", "/b"), settings("input = [/a, /b]").texts("input"));
    assertEquals(List.of("/c"), settings("input = [/a, /b]", "--input", "/c").texts("input"));
    assertEquals(
        List.of("/c", "/d", "/e"),
        settings("", "--input", "/c", "/d", "--input=/e").texts("input"));
  }

  @Test
  void whatMayBeASecretIsNotShown() throws Exception {
    var shown =
        settings(
                """
                output = { catalog-token = abc, s3.secret { a = b }, access-key = c, uri = d }
                """)
            .shown();
    assertEquals("***", shown.get("output.catalog-token"));
    assertEquals("***", shown.get("output.s3.secret.a"));
    assertEquals("***", shown.get("output.access-key"));
    assertEquals("d", shown.get("output.uri"));
    assertEquals("4", shown.get("batch"));
  }

  @Test
  void withoutAFileTheDefaultsStand() throws Exception {
    Settings settings = of(null);
    assertEquals("auto", settings.text("date"));
    assertNull(settings.optionalText("model-sha256"));
    assertEquals(64L << 20, settings.bytes("fetch-bytes"));
    assertEquals(64_000_000L, settings.integer64("max-image-pixels"));
    assertEquals(0.1, settings.number("max-quarantine-rate"));
    assertEquals(Orientation.EXIF, settings.choice("orientation", Orientation.class));
  }

  @Test
  void unknownKeysAreNamedWithTheirFileAndTheKnownOnes() throws IOException {
    String message =
        refusal(() -> settings("batch = 2\nbatchsize = 3\nfetch.bytes = 1\nconfig = x"));
    assertTrue(
        message.startsWith(
            "settings file " + folder + "/job.conf has unknown keys [batchsize, config, fetch]"),
        message);
    assertTrue(message.contains("batch, below, card, carry, date"), message);
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("none.conf");
    String message = refusal(() -> of(missing));
    assertTrue(message.contains(missing.toString()), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch = {", "batch = [1", "= 4", "batch = ${nowhere.to.be.found}"})
  void aMalformedFileIsNamedInOneLine(String text) {
    String message = refusal(() -> settings(text));
    assertTrue(message.contains(folder + "/job.conf"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "batch            | batch = four",
        "batch            | batch = 4.5",
        "batch            | batch = [4]",
        "batch            | batch = null",
        "batch            | batch = true",
        "max-image-pixels | max-image-pixels = 1.5",
        "max-image-pixels | max-image-pixels = 99999999999999999999",
      })
  void aWholeNumberIsNothingElse(String key, String text) {
    String message = refusal(() -> settings(text).integer64(key));
    assertTrue(message.contains(key), message);
  }

  @Test
  void aNumberBeyondIntIsNotCutToOne() {
    String message = refusal(() -> settings("batch = 4294967300").integer("batch"));
    assertTrue(message.contains("setting batch: "), message);
    assertTrue(message.contains("job.conf: 1: found '4294967300'"), message);
  }

  @Test
  void aWholeNumberMayBeWrittenInAnyWay() throws Exception {
    assertEquals(64_000_000L, settings("max-image-pixels = 64e6").integer64("max-image-pixels"));
    assertEquals(4, settings("batch = \"4\"").integer("batch"));
    assertEquals(4, settings("batch = 4.0").integer("batch"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "512B, 512",
    "10kB, 10000",
    "10KiB, 10240",
    "64MiB, 67108864",
    "0.5 MiB, 524288",
    "2G, 2147483648"
  })
  void sizesHaveUnits(String text, long bytes) throws Exception {
    assertEquals(bytes, settings("", "--fetch-bytes", text).bytes("fetch-bytes"));
    assertEquals(bytes, settings("fetch-bytes = " + text).bytes("fetch-bytes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"large", "64XiB", "MiB", "1 2", "64MiB/s"})
  void aSizeThatIsNoneIsRefusedByItsKey(String size) {
    String message = refusal(() -> settings("", "--fetch-bytes", size).bytes("fetch-bytes"));
    assertTrue(message.contains("fetch-bytes"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"input = /a", "input = 4", "input = {a: b}", "input = null"})
  void aListIsWrittenAsOne(String text) {
    String message = refusal(() -> settings(text).texts("input"));
    assertTrue(message.contains("input"), message);
  }

  @Test
  void whatHasNoDefaultIsRequiredByItsOption() throws Exception {
    assertEquals("--model is required", refusal(() -> settings("").text("model")));
    assertEquals("--model is required", refusal(() -> settings("model = \" \"").text("model")));
    assertEquals("--input is required", refusal(() -> settings("").texts("input")));
    assertEquals("m.onnx", settings("", "--model", "m.onnx").text("model"));
  }

  @Test
  void aChoiceOutsideTheListNamesTheList() throws Exception {
    assertEquals(
        "orientation is 'upright', expected one of [exif, ignore]",
        refusal(() -> settings("orientation = upright").choice("orientation", Orientation.class)));
    assertEquals(
        Orientation.IGNORE,
        settings("orientation = Ignore").choice("orientation", Orientation.class));
  }

  private static String refusal(Executable executable) {
    String message = String.valueOf(assertThrows(UserException.class, executable).getMessage());
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private Settings settings(String text, String... args) throws UserException, IOException {
    return of(Files.writeString(folder.resolve("job.conf"), text), args);
  }

  private static Settings of(@Nullable Path file, String... args) throws UserException {
    var line = new CommandLine(new ClassifyCommand());
    line.parseArgs(args);
    return Settings.of(line.getCommandSpec(), file);
  }
}
