package io.repvit.cli;

import io.repvit.image.OpenCvLibrary;
import io.repvit.inference.OnnxRuntime;
import io.repvit.inference.Product;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.package$;
import picocli.CommandLine.IVersionProvider;

/** The output of {@code --version}: the versions of this product and of its platform. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      Product.NAME,
      "Spark " + package$.MODULE$.SPARK_VERSION(),
      "Hadoop " + VersionInfo.getVersion(),
      "ONNX Runtime " + OnnxRuntime.version(),
      "OpenCV " + OpenCvLibrary.version(),
      "Java " + Runtime.version()
    };
  }
}
