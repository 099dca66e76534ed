package io.repvit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A Spark distribution without anything of this project, made of the jars that Maven resolved. */
final class SparkHome {
  /** What the job jar brings and a Spark distribution does not have, by path in the repository. */
  private static final Pattern NOT_OF_SPARK =
      Pattern.compile(
          "/(com/microsoft/onnxruntime|org/bytedeco|org/tribuo|com/oracle/labs|info/picocli"
              + "|com/twelvemonkeys|com/github/usefulness|org/jetbrains|com/typesafe/config|org/jspecify|software/amazon|com/google/protobuf"
              + "|org/apache/hadoop/hadoop-aws|org/apache/spark/spark-hadoop-cloud_2\\.13)/");

  /** As the distribution's own, which also look for Java and for Spark's home. */
  private static final Map<String, String> SCRIPTS =
      Map.of(
          "spark-submit",
          """
          #!/usr/bin/env bash
          exec "$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.SparkSubmit "$@"
          """,
          "spark-class",
          """
          #!/usr/bin/env bash
          command=()
          delimiter=$'\\n'
          while IFS= read -d "$delimiter" -r argument; do
            if [[ -z $delimiter ]]; then
              command+=("$argument")
            else
              delimiter=
            fi
          done < <("$JAVA_HOME/bin/java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main "$@")
          exec "${command[@]}"
          """);

  private SparkHome() {}

  /** The jars of a distribution. */
  static List<Path> jars() throws IOException {
    return ChildSpark.classPath().stream()
        .filter(jar -> !NOT_OF_SPARK.matcher(jar.toString()).find())
        .toList();
  }

  /** Lays a distribution out, with {@code spark-submit} and all that it needs to start JVMs. */
  static void make(Path home) throws IOException {
    ChildSpark.sparkHome(home, jars());
    Path bin = Files.createDirectories(home.resolve("bin"));
    for (Map.Entry<String, String> script : SCRIPTS.entrySet()) {
      Path file = Files.writeString(bin.resolve(script.getKey()), script.getValue());
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }
}
