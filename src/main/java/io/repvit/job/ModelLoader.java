package io.repvit.job;

import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Reads model files from wherever Hadoop can. */
final class ModelLoader {
  private ModelLoader() {}

  /**
   * Reads a whole file.
   *
   * @param sha256 hash that it must have, lower-case hex, or null
   * @throws ModelException when the file is missing, unreadable, too large or another one
   */
  static ModelFile load(String uri, @Nullable String sha256, Configuration configuration)
      throws ModelException {
    try {
      Path path = new Path(uri);
      FileSystem fs = path.getFileSystem(configuration);
      FileStatus status = fs.getFileStatus(path);
      if (status.isDirectory() || status.getLen() == 0 || status.getLen() > ModelFile.MAX_BYTES) {
        throw new ModelException(
            "model %s is %s, expected an ONNX file of at most %d bytes"
                .formatted(
                    uri,
                    status.isDirectory() ? "a folder" : status.getLen() + " bytes long",
                    ModelFile.MAX_BYTES));
      }
      byte[] bytes = new byte[(int) status.getLen()];
      try (FSDataInputStream in = fs.open(path)) {
        in.readFully(0, bytes);
      }
      ModelFile file = ModelFile.of(path.getName(), bytes);
      if (sha256 != null && !sha256.equals(file.sha256())) {
        throw new ModelException(
            "model %s has SHA-256 %s, the settings pin %s".formatted(uri, file.sha256(), sha256));
      }
      return file;
    } catch (FileNotFoundException e) {
      throw new ModelException(
          "model " + uri + " does not exist; make one with 'repvit export'", e);
    } catch (IllegalArgumentException | IOException e) {
      throw new ModelException("model " + uri + " cannot be read: " + e.getMessage(), e);
    }
  }
}
