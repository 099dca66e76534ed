package io.repvit.bench;

import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@link Ceiling} as a process of its own, with as many threads as processors. */
final class CeilingProcess {
  private CeilingProcess() {}

  /** Model file, images per inference, inferences of each thread. */
  public static void main(String[] args) throws IOException, ModelException {
    Path model = Path.of(args[0]);
    int batch = Integer.parseInt(args[1]);
    int threads = Runtime.getRuntime().availableProcessors();
    // One of each thread goes before those that are measured.
    int runs = Integer.parseInt(args[2]) - 1;
    ModelFile file = ModelFile.of(String.valueOf(model.getFileName()), Files.readAllBytes(model));
    Ceiling.measure(file, threads, batch, runs * threads * batch);
  }
}
