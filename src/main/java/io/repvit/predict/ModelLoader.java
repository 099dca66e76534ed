package io.repvit.predict;

import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.onnx.OnnxSummary;
import io.repvit.storage.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/** Reads model files from any Hadoop file system. */
public final class ModelLoader {
  private ModelLoader() {}

  /**
   * Reads a model file.
   *
   * @param sha256 expected hash, lower-case hex, or null
   * @throws ModelException if the file is missing, unreadable or too large, or has another hash
   */
  public static ModelFile load(String uri, @Nullable String sha256, Configuration configuration)
      throws ModelException {
    ModelFile file = read("model", uri, ModelFile.MAX_BYTES, configuration);
    if (sha256 != null && !sha256.equals(file.sha256())) {
      throw new ModelException(
          String.format(
              Locale.ROOT,
              "model %s has SHA-256 %s, expected %s; use the file with this hash, or correct the expected hash",
              uri,
              file.sha256(),
              sha256));
    }
    return file;
  }

  /**
   * What changes when a model file is replaced: its length and modification time. Null if the file
   * cannot be read now; {@link #load} says why.
   */
  static @Nullable String version(String uri, Configuration configuration) {
    try {
      Path path = new Path(uri);
      FileStatus status = path.getFileSystem(configuration).getFileStatus(path);
      return status.getLen() + " " + status.getModificationTime();
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Reads the summary of an ONNX file.
   *
   * @throws ModelException if the file is no ONNX model
   */
  public static OnnxSummary summary(ModelFile file) throws ModelException {
    try {
      return OnnxSummary.of(file.name(), file.bytes());
    } catch (IllegalArgumentException e) {
      throw new ModelException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads a whole file.
   *
   * @param what kind of file, for messages
   * @param maxBytes maximum length
   */
  public static ModelFile read(String what, String uri, long maxBytes, Configuration configuration)
      throws ModelException {
    try {
      Path path = new Path(uri);
      FileSystem fs = path.getFileSystem(configuration);
      FileStatus status = fs.getFileStatus(path);
      if (status.getLen() < 0) {
        throw new ModelException(
            String.format(
                Locale.ROOT,
                "%s %s has no known length, its file system does not report one; copy it to a file or an object store",
                what,
                uri));
      }
      if (status.isDirectory() || status.getLen() == 0 || status.getLen() > maxBytes) {
        throw new ModelException(
            String.format(
                Locale.ROOT,
                "%s %s is %s, expected a file of 1 to %d bytes",
                what,
                uri,
                status.isDirectory() ? "a folder" : status.getLen() + " bytes long",
                maxBytes));
      }
      byte[] bytes = new byte[(int) status.getLen()];
      try (FSDataInputStream in = fs.open(path)) {
        in.readFully(0, bytes);
      }
      return ModelFile.of(path.getName(), bytes);
    } catch (FileNotFoundException e) {
      throw new ModelException(what + " " + uri + " does not exist", e);
    } catch (IOException e) {
      throw new ModelException(
          what + " " + uri + " cannot be read: " + StoreException.describe(e), e);
    } catch (IllegalArgumentException e) {
      throw new ModelException(what + " " + uri + " cannot be read: " + e.getMessage(), e);
    }
  }
}
