package io.repvit.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.model.AuthorsKeys;
import io.repvit.model.KeyLayout;
import io.repvit.model.PseudoRandomCheckpoint;
import io.repvit.model.PseudoRandomWeights;
import io.repvit.model.Recognition;
import io.repvit.model.RepVit;
import io.repvit.model.RepVitVariant;
import io.repvit.model.TimmKeys;
import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import io.repvit.testing.SafetensorsFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as large as the published ones, with pseudo-random weights, read back. */
@Tag("slow")
class FullSizeCheckpointTest {
  private static final int CLASSES = 1000;

  @TempDir private Path folder;

  @Test
  void m09InTimmsLayoutReadsBackFromSafetensors() throws IOException {
    readsBack(RepVitVariant.M0_9, new TimmKeys(), SafetensorsFiles::write);
  }

  @Test
  void m23InTheAuthorsLayoutReadsBackFromSafetensors() throws IOException {
    readsBack(
        RepVitVariant.M2_3, new AuthorsKeys(RepVitVariant.M2_3.depths()), SafetensorsFiles::write);
  }

  @Test
  void m09InTheAuthorsLayoutReadsBackFromATorchFile() throws IOException {
    readsBack(
        RepVitVariant.M0_9,
        new AuthorsKeys(RepVitVariant.M0_9.depths()),
        FullSizeCheckpointTest::writeTorch);
  }

  private interface Writer {
    void write(Map<String, Tensor> tensors, Path file) throws IOException;
  }

  private void readsBack(RepVitVariant variant, KeyLayout keys, Writer writer) throws IOException {
    Map<String, Tensor> tensors =
        new TreeMap<>(
            PseudoRandomCheckpoint.tensors(
                PseudoRandomWeights.of(variant), variant, keys, CLASSES));
    Path file = folder.resolve("checkpoint");
    writer.write(tensors, file);
    Checkpoint checkpoint = CheckpointReader.read(file);
    assertEquals(Sha256.of(Files.readAllBytes(file)), checkpoint.sha256());
    assertEquals(List.copyOf(tensors.keySet()), List.copyOf(checkpoint.names()));
    assertEquals(variant, Recognition.of(checkpoint).variant());
    assertEquals(CLASSES, RepVit.load(checkpoint, variant).classes());
    Checkpoint again = CheckpointReader.read(file);
    tensors.forEach(
        (name, tensor) ->
            assertArrayEquals(tensor.values(), again.take(name, tensor.shape()).values(), name));
  }

  /** As the authors save: a dictionary whose entry {@code model} is the state dict. */
  private static void writeTorch(Map<String, Tensor> tensors, Path file) throws IOException {
    var pickle = PickleBytes.begin().op('}').text("model").op('}', '(');
    var zip = new ZipBytes();
    int storage = 0;
    for (var entry : tensors.entrySet()) {
      Shape shape = entry.getValue().shape();
      String key = Integer.toString(storage++);
      pickle
          .text(entry.getKey())
          .tensor("FloatStorage", key, shape.count(), 0, sides(shape), strides(shape));
      zip.add("checkpoint/data/" + key, bytes(entry.getValue()));
    }
    zip.add("checkpoint/data.pkl", pickle.op('u', 's').stop());
    Files.write(file, zip.bytes());
  }

  private static long[] sides(Shape shape) {
    return shape.dims().stream().mapToLong(Integer::longValue).toArray();
  }

  /** Row-major. */
  private static long[] strides(Shape shape) {
    long[] strides = new long[shape.rank()];
    long next = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = next;
      next *= shape.dim(axis);
    }
    return strides;
  }

  private static byte[] bytes(Tensor tensor) {
    var bytes =
        ByteBuffer.allocate(Float.BYTES * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.values());
    return bytes.array();
  }
}
