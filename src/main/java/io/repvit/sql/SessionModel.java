package io.repvit.sql;

import io.repvit.UserException;
import io.repvit.predict.ModelReference;
import io.repvit.storage.Secrets;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The model of a call: that of its argument, or that of the session. */
final class SessionModel {
  /** Setting of a session with the path or URI of its model. */
  static final String MODEL = "spark.repvit.model";

  /** Setting of a session with the SHA-256 that the model of {@link #MODEL} must have. */
  static final String SHA256 = "spark.repvit.modelSha256";

  private SessionModel() {}

  /**
   * Finds the model.
   *
   * @param argument of the call; null if it has none
   * @throws UserException if there is none, or its URI or its hash is malformed
   */
  static ModelReference of(SparkSession spark, @Nullable String argument) throws UserException {
    // Of the session, not of SQLConf.get(): a view is resolved without the settings of the session.
    RuntimeConfig settings = spark.conf();
    String uri = argument == null ? settings.get(MODEL, "") : argument;
    if (uri.isBlank()) {
      throw new UserException(
          argument == null
              ? "there is no model, expected its URI as second argument or in the setting "
                  + MODEL
                  + "; run SET "
                  + MODEL
                  + "=FILE.onnx"
              : "the model is '" + argument + "', expected the URI of an ONNX file");
    }
    if (Secrets.areIn(uri)) {
      throw new UserException(
          "the URI of the model contains credentials, expected one without, because plans show it;"
              + " use a provider of fs.s3a.aws.credentials.provider");
    }
    String sha256 = argument == null ? settings.get(SHA256, "") : "";
    try {
      return new ModelReference(uri, sha256.isEmpty() ? null : sha256, null);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          SHA256 + " is '" + sha256 + "', expected 64 lower-case hex digits", e);
    }
  }
}
