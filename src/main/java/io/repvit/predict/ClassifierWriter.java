package io.repvit.predict;

import io.repvit.UncheckedUserException;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.spark4.SparkSql;
import io.repvit.storage.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Saves a classifier: MLlib's metadata, in which the param {@code model} is a path relative to the
 * folder, and the model file.
 */
final class ClassifierWriter extends MLWriter {
  /** Folder of the model file in the saved folder. */
  static final String FOLDER = "model";

  private final ImageClassifier classifier;
  private @Nullable ModelFile file;

  ClassifierWriter(ImageClassifier classifier) {
    this.classifier = classifier;
  }

  /** Reads the model before an existing folder is deleted, which may contain it. */
  @Override
  public void save(String path) throws IOException {
    try {
      file = classifier.modelFile(sparkSession());
    } catch (ModelException e) {
      throw new UncheckedUserException(e);
    }
    super.save(path);
  }

  @Override
  public void saveImpl(String path) {
    ModelFile model = file;
    if (model == null) {
      throw new IllegalStateException("save reads the model first");
    }
    SparkSession spark = sparkSession();
    var relative = FOLDER + "/" + model.name();
    try {
      classifier
          .copy(
              new ParamMap()
                  .put(classifier.model(), relative)
                  .put(classifier.modelSha256(), model.sha256()))
          .paramsWriter()
          .session(spark)
          .save(path);
      var to = new Path(path, relative);
      Configuration hadoop = SparkSql.hadoop(spark);
      FileSystem fs = to.getFileSystem(hadoop);
      fs.mkdirs(to.getParent());
      WholeFile.write(fs, to, model.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "classifier cannot be saved to " + path + ": " + e.getMessage(), e);
    }
  }
}
