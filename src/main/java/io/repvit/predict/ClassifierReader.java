package io.repvit.predict;

import io.repvit.UncheckedUserException;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.spark4.SparkSql;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.MLReader;

/** Loads what {@link ClassifierWriter} saves, and checks the model file. */
final class ClassifierReader extends MLReader<ImageClassifier> {
  private static final class OfParams implements DefaultParamsReadable<ImageClassifier> {}

  @Override
  public ImageClassifier load(String path) {
    ImageClassifier saved = new OfParams().read().session(sparkSession()).load(path);
    String uri = new Path(path, saved.getModel()).toString();
    try {
      ModelFile file =
          ModelLoader.load(uri, saved.getModelSha256(), SparkSql.hadoop(sparkSession()));
      return saved.withSaved(uri, file);
    } catch (ModelException e) {
      throw new UncheckedUserException(e);
    }
  }
}
