package io.repvit.bench;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of a benchmark of the job for its images and its folder. */
final class BenchWork {
  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Folder for the model, the images and the tables (default: ${DEFAULT-VALUE}).")
  private Path work = Path.of("target/bench");

  @Option(
      names = "--images",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Images per round (default: ${DEFAULT-VALUE}).")
  int images;

  /** Sets the default number of images. */
  BenchWork(int images) {
    this.images = images;
  }

  /** Absolute path of the folder. */
  Path folder() {
    return work.toAbsolutePath();
  }

  /** Writes the images, and returns their folder. */
  Path makeImages() throws IOException {
    Path folder = folder().resolve("images-" + images);
    BenchImages.make(folder, images);
    return folder;
  }
}
