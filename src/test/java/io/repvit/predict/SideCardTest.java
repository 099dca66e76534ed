package io.repvit.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.testing.ForeignModels;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SideCardTest {
  private static final ModelFile RESNET = ForeignModels.model("resnet");

  @TempDir private Path folder;

  @Test
  void everyEntryIsOnTheCardOfTheModel() throws Exception {
    ModelCard card = open(RESNET, text());
    assertEquals("resnet", card.architecture());
    assertEquals("input", card.tensors().input());
    assertEquals("output", card.tensors().logits());
    assertEquals(16, card.tensors().embedding().orElseThrow().width());
    assertEquals(67, card.preprocessing().resizeShort());
    assertEquals("BILINEAR", card.preprocessing().interpolation().name());
    assertEquals(List.of("cat", "clock", "cup", "cloud", "crane, the bird"), card.labels());
    assertTrue(card.fused());
  }

  @Test
  void namesLeftOutAreOurOwn() throws Exception {
    String text = text().replace("name = input, ", "").replaceAll("logits.name.*", "");
    assertRefused("names the input 'pixels', the model has the inputs [input]", RESNET, text);
    assertRefused(
        "names the output 'logits', which no node computes; the model has the outputs [output]",
        RESNET,
        text().replaceAll("logits.name.*", ""));
  }

  @Test
  void labelsMayStandInAFileBesideTheCard() throws Exception {
    Files.writeString(folder.resolve("names.txt"), "a\n b\nc, d\ne\nf\n");
    ModelCard card = open(RESNET, text().replaceAll("labels = .*", "labels = names.txt"));
    assertEquals(List.of("a", "b", "c, d", "e", "f"), card.labels());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "task = image-classification | tsk = x           | the card has the unknown entries [tsk]; known entries are",
        "task = image-classification | crop.pct = 0.9    | the card has the unknown entries [crop.pct]; known entries are",
        "task = image-classification | ''                | card entry 'task' is missing",
        "task = image-classification | task = detection  | task is 'detection'",
        "NCHW,RGB                    | 'NHWC,RGB'        | card entry 'input.layout' is 'NHWC,RGB'",
        "height = 64                 | height = 64.5     | card entry 'input.height' is '64.5'",
        "short = 67                  | short = 10        | card entry 'resize.short' is '10'",
        "bilinear                    | hamming           | card entry 'resize.interpolation' is 'HAMMING'",
        "'mean = ['                  | 'mean = [1, '     | card entry 'mean' is '1,0.485",
        "width = 16                  | width = 0         | card entry 'embedding.width' is '0'",
        "width = 16                  | width = 17        | as float32 [N,17], found [-1,16]; correct the",
        "'cat, '                     | ''                | as float32 [N,4], found [-1,5]; correct the",
        "height = 64, width = 64     | height = 32, width = 64 | as float32 [N,3,32,64], found [-1,3,64",
        "'\"output\"'                | /fc/none          | names the output '/fc/none', which no node",
        "'\"output\"'                | input             | have the same name, expected distinct names",
        "'\"clock\"'                 | 'two\\nlines'     | labels: ",
      })
  void aCardThatCannotBeIsRefused(String from, String to, String message) throws IOException {
    String text = text().replace("\"cat\"", "cat");
    String changed = text.replace(from, to.contains("\\n") ? "\"" + to + "\"" : to);
    assertTrue(!changed.equals(text), text);
    assertRefused(message, RESNET, changed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "include \"/etc/hostname\"                 | include of '/etc/hostname' is not allowed, a card must be one file",
        "include file(\"/etc/hostname\")           | include of '/etc/hostname'",
        "include url(\"http://127.0.0.1:1/x\")     | include of 'http://127.0.0.1:1/x'",
        "include classpath(\"conf/classify.conf\") | include of 'conf/classify.conf'",
        "architecture = ${PATH}                    | substitutions with ${} are not allowed; write",
        "architecture = {                          | cannot be read",
      })
  void aCardReadsNoOtherSettings(String line, String message) throws IOException {
    assertRefused(message, RESNET, text() + line + "\n");
  }

  @Test
  void aCardOfBracketsOrDotsIsRefused() throws IOException {
    String deep = "brackets or keys are nested too deeply";
    assertRefused(deep, RESNET, "a = " + "[".repeat(1 << 20));
    assertRefused(deep, RESNET, "# " + "]".repeat(1 << 20) + "\na = " + "[".repeat(1 << 20));
    assertRefused(deep, RESNET, "a" + ".a".repeat(1 << 17) + " = 1");
  }

  @Test
  void aModelThatEndsInSoftmaxIsRefusedWithTheNameToUse() throws Exception {
    ModelFile model = ForeignModels.model("resnet_softmax");
    String text = Files.readString(ForeignModels.card("resnet_softmax"));
    assertRefused(
        "'output' is the output of Softmax, expected logits; set logits.name to its input"
            + " '/0/fc/Gemm_output_0'",
        model,
        text);
    open(model, text.replace("\"output\"", "\"/0/fc/Gemm_output_0\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fp16  | float16[-1,3,64,64]; export the model with float32 input and outputs",
        "uint8 | uint8[-1,3,64,64]; export the model with float32 input and outputs",
        "nhwc  | [-1,64,64,3]; correct the card, or export the model to match it",
      })
  void aModelOfAnotherInputIsRefused(String input, String found) throws Exception {
    assertRefused(
        "the card declares 'input' as float32 [N,3,64,64], found " + found,
        ForeignModels.model("resnet_" + input),
        Files.readString(ForeignModels.card("resnet_" + input)));
  }

  @Test
  void aModelOfAFixedBatchRunsWithThatBatchOnly() throws Exception {
    ModelFile model = ForeignModels.model("resnet_batch_2");
    SideCard card = load(Files.readString(ForeignModels.card("resnet_batch_2")));
    ModelFile carded = card.applyTo(model, ModelLoader.summary(model));
    try (var session = ClassifierSession.open(carded, 1)) {
      session.tryOut(2);
      var e = assertThrows(ModelException.class, () -> session.tryOut(4));
      String message = String.valueOf(e.getMessage());
      assertTrue(
          message.contains("fixed batch size 2, the batch has 4 images; set --batch 2"), message);
    }
  }

  @Test
  void aModelWithACardOfItsOwnTakesNoOther() throws Exception {
    assertRefused(
        "contains a card, expected none; leave --card out", TinyModels.colours(1), text());
  }

  private static String text() throws IOException {
    return Files.readString(ForeignModels.card("resnet"));
  }

  private SideCard load(String text) throws IOException, ModelException {
    Path file = Files.writeString(folder.resolve("m.card.conf"), text);
    return SideCard.load(file.toString(), new Configuration());
  }

  private ModelCard open(ModelFile model, String text) throws IOException, ModelException {
    ModelFile carded = load(text).applyTo(model, ModelLoader.summary(model));
    try (var session = ClassifierSession.open(carded, 1)) {
      return session.card();
    }
  }

  private void assertRefused(String message, ModelFile model, String text) {
    var e = assertThrows(ModelException.class, () -> open(model, text));
    String found = String.valueOf(e.getMessage());
    assertTrue(found.contains(message), found);
  }
}
