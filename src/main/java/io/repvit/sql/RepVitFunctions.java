package io.repvit.sql;

import io.repvit.predict.ModelFunction;
import io.repvit.spark4.SqlFunction;
import io.repvit.spark4.SqlFunctions;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import scala.runtime.BoxedUnit;

/**
 * Adds the functions to every session of a Spark that has this jar on its class path. Spark finds
 * this class in {@code META-INF/services}; nothing else calls it.
 */
public final class RepVitFunctions implements SparkSessionExtensionsProvider {
  private static final String IMAGE =
      "* image - encoded image: BINARY, or a STRUCT with such a field content or bytes\n";

  private static final String IMAGE_AND_MODEL =
      IMAGE
          + "* model - path or URI of an ONNX file, a constant; by default that of the setting "
          + SessionModel.MODEL
          + ",\n  whose SHA-256 the setting "
          + SessionModel.SHA256
          + " can require\n";

  private static final List<SqlFunction> FUNCTIONS =
      List.of(
          new SqlFunction(
              "repvit_classify",
              "_FUNC_(image[, model]) - Returns a struct of label, label_index, score, top_k, embedding,"
                  + " width, height, format and error, as the class ImageClassifier does. For an"
                  + " image that cannot be classified only error is set, a struct of stage, code"
                  + " and message. Returns null if image is null.",
              IMAGE_AND_MODEL,
              """
              > SET spark.repvit.model=src/demo/model/repvit_m0_6_fashion_mnist.onnx;
              > SELECT _FUNC_(content).label FROM binaryFile.`src/demo/fashion-mnist/coat/00006.png`;
               coat
              > SELECT path, p.label, p.score, p.error.code
                FROM (SELECT path, _FUNC_(content) AS p FROM binaryFile.`src/demo/photographs`);
              """,
              "model",
              model ->
                  ModelFunction.classify(
                      SparkSession.active(), SessionModel.of(SparkSession.active(), model))),
          new SqlFunction(
              "repvit_embed",
              "_FUNC_(image[, model]) - Returns the embedding of an image, an array of FLOAT. Returns"
                  + " null if image is null or cannot be classified; repvit_classify says why.",
              IMAGE_AND_MODEL,
              """
              > SELECT a.path, b.path, vector_cosine_similarity(a.e, b.e)
                FROM (SELECT path, _FUNC_(content) AS e FROM binaryFile.`src/demo/photographs`) a
                CROSS JOIN (SELECT path, _FUNC_(content) AS e FROM binaryFile.`src/demo/photographs`) b;
              """,
              "model",
              model ->
                  ModelFunction.embed(
                      SparkSession.active(), SessionModel.of(SparkSession.active(), model))),
          new SqlFunction(
              "image_size",
              "_FUNC_(image) - Returns width, height and format of an image, as repvit_classify does, without"
                  + " decoding it. Returns null if image is null, no image, or has damaged headers.",
              IMAGE,
              """
              > SELECT path, _FUNC_(content).width FROM binaryFile.`src/demo/photographs`;
              > SELECT count(*) FROM binaryFile.`src/demo/photographs` WHERE _FUNC_(content) IS NULL;
               1
              """,
              null,
              none -> new ImageSizeFunction()));

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    FUNCTIONS.forEach(function -> SqlFunctions.add(extensions, function));
    SqlFunctions.addVectorFunctions(extensions);
    return BoxedUnit.UNIT;
  }
}
