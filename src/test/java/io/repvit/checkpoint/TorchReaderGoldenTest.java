package io.repvit.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that torch.save wrote, of {@code src/test/python/golden_checkpoints.py}. */
class TorchReaderGoldenTest {

  @ParameterizedTest
  @CsvSource({
    "plain.bin,",
    "half.pth,",
    "bfloat16.pth,",
    "double.pth,",
    "big_endian.pth,",
    "strided.pt,",
    "parameters.pth,",
    "authors.pth, model",
    "authors.pth, model_ema",
    "protocol_4.pth, model_ema",
    "protocol_5.pth, model_ema",
    "timm.pth.tar, state_dict",
    "timm.pth.tar, state_dict_ema",
  })
  void everyTensorIsWhatPyTorchSaved(String file, @Nullable String key) throws IOException {
    String name = key == null ? file : file + "['" + key + "']";
    assertHolds(name, CheckpointReader.read(path(file), key));
  }

  @Test
  void theAuthorsPublishedWeightsAreUnderModel() throws IOException {
    assertHolds("authors.pth['model']", CheckpointReader.read(path("authors.pth")));
  }

  @Test
  void timmKeepsItsWeightsUnderStateDict() throws IOException {
    assertHolds("timm.pth.tar['state_dict']", CheckpointReader.read(path("timm.pth.tar")));
  }

  @Test
  void theHashIsOfTheWholeFile() throws IOException {
    Path file = path("authors.pth");
    assertEquals(Sha256.of(Files.readAllBytes(file)), CheckpointReader.read(file).sha256());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "before_1_6.pth | | before_1_6.pth: has the format of PyTorch before 1.6; load",
        "authors.pth | ema | has no dictionary 'ema'; pass --checkpoint-key with one of: 'model', 'optimizer',",
        "authors.pth | epoch | has no dictionary 'epoch'; pass --checkpoint-key with one of: 'model',",
        "authors.pth | optimizer | authors.pth['optimizer']: 'state' is not a tensor; pass --checkpoint-key",
        "expected.safetensors | model | is a safetensors file, which has no dictionary 'model'",
      })
  void aFileWithoutTheWeightsIsToldSo(String file, @Nullable String key, String message) {
    var e = assertThrows(CheckpointException.class, () -> CheckpointReader.read(path(file), key));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
  }

  private static void assertHolds(String name, Checkpoint found) throws IOException {
    assertEquals(name, found.name());
    Checkpoint all = CheckpointReader.read(path("expected.safetensors"));
    Set<String> names = new TreeSet<>();
    for (String expected : all.names()) {
      if (expected.startsWith(name + ":")) {
        names.add(expected.substring(name.length() + 1));
      }
    }
    assertTrue(names.size() >= 5, name + " has " + names);
    String wrapper = name.startsWith("timm.") ? "module." : "";
    assertEquals(
        names.stream().map(n -> wrapper + n).collect(Collectors.toCollection(TreeSet::new)),
        new TreeSet<>(found.names()));
    for (String tensor : names) {
      Tensor expected = all.take(name + ":" + tensor, all.shape(name + ":" + tensor));
      Tensor actual = found.take(wrapper + tensor, expected.shape());
      assertEquals(expected.shape(), actual.shape(), tensor);
      assertArrayEquals(expected.values(), actual.values(), tensor);
    }
    found.requireAllTaken();
  }

  private static Path path(String file) {
    var url = TorchReaderGoldenTest.class.getResource("/checkpoint/" + file);
    try {
      return Path.of(Objects.requireNonNull(url, file).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
