package io.repvit.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.Mutations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files end in a {@link CheckpointException} or hold finite tensors; a failure names its
 * seed. With those of {@code OnnxFuzzTest} there are 120,000.
 */
@Timeout(value = 900, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("slow")
class CheckpointFuzzTest {
  private static final Path FOLDER = Path.of("src/test/resources/checkpoint");

  @TempDir private Path folder;

  @Test
  void damagedSafetensorsAreReadOrRefused() {
    assertManyRefused(30_000, read(List.of(safetensors()), 1, 30_000));
  }

  @Test
  void damagedTorchFilesAreReadOrRefused() throws IOException {
    List<byte[]> originals = new ArrayList<>();
    for (String file : List.of("half.pth", "strided.pt", "timm.pth.tar", "protocol_4.pth")) {
      originals.add(Files.readAllBytes(FOLDER.resolve(file)));
    }
    assertManyRefused(30_000, read(originals, 2, 30_000));
  }

  /** Undisturbed by the zip file around it. */
  @Test
  void damagedPicklesAreReadOrRefused() throws IOException {
    List<byte[]> originals = new ArrayList<>();
    for (String file : List.of("strided.pt", "authors.pth", "protocol_5.pth")) {
      originals.add(pickle(FOLDER.resolve(file)));
    }
    int refused =
        Mutations.survive(
            originals,
            3_000_000,
            40_000,
            CheckpointException.class,
            pickle -> StateDict.select("p", PickleReader.read("p", pickle), null));
    assertManyRefused(40_000, refused);
  }

  private int read(List<byte[]> originals, int run, int count) {
    Path path = folder.resolve("damaged");
    return Mutations.survive(
        originals,
        run * 1_000_000L,
        count,
        CheckpointException.class,
        file -> CheckpointReader.read(Files.write(path, file)));
  }

  /** Damage that nobody notices would mean that the reader does not look. */
  private static void assertManyRefused(int count, int refused) {
    assertTrue(refused > count / 4 && refused < count, refused + " of " + count + " are refused");
  }

  private static byte[] pickle(Path file) throws IOException {
    try (var zip = new ZipFile(file.toFile())) {
      var entry =
          zip.stream().filter(e -> e.getName().endsWith("/data.pkl")).findFirst().orElseThrow();
      return zip.getInputStream(entry).readAllBytes();
    }
  }

  private static byte[] safetensors() {
    String header =
        """
        {"__metadata__":{"format":"pt"},
         "a.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},
         "a.bias":{"dtype":"F16","shape":[2],"data_offsets":[8,12]},
         "a.mean":{"dtype":"BF16","shape":[2],"data_offsets":[12,16]},
         "a.var":{"dtype":"F64","shape":[1],"data_offsets":[16,24]},
         "a.count":{"dtype":"I64","shape":[],"data_offsets":[24,32]}}""";
    var bytes = ByteBuffer.allocate(8 + header.length() + 32).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putLong(header.length()).put(header.getBytes(UTF_8)).array();
  }
}
