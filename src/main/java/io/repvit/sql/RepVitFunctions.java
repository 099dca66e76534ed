package io.repvit.sql;

import io.repvit.spark4.SqlFunction;
import io.repvit.spark4.SqlFunctions;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import scala.runtime.BoxedUnit;

/**
 * Adds the functions to every session of a Spark that has this jar on its class path. Spark finds
 * this class in {@code META-INF/services}; nobody else calls it.
 */
public final class RepVitFunctions implements SparkSessionExtensionsProvider {
  private static final SqlFunction IMAGE_SIZE =
      new SqlFunction(
          "image_size",
          "_FUNC_(image) - Returns width, height and format of an image, as repvit_classify does, without"
              + " decoding it. Returns null if image is null, no image, or has damaged headers.",
          "* image - encoded image: BINARY, or a STRUCT with such a field content or bytes",
          """
          > SELECT path, _FUNC_(content).width FROM binaryFile.`src/demo/photographs`;
          > SELECT count(*) FROM binaryFile.`src/demo/photographs` WHERE _FUNC_(content) IS NULL;
           1
          """,
          null,
          none -> new ImageSizeFunction());

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    SqlFunctions.add(extensions, IMAGE_SIZE);
    SqlFunctions.addVectorFunctions(extensions);
    return BoxedUnit.UNIT;
  }
}
