package io.repvit.storage;

import io.repvit.UncheckedUserException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.s3a.CredentialInitializationException;
import org.apache.hadoop.fs.s3a.UnknownStoreException;
import org.apache.hadoop.net.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.InvalidObjectStateException;

/**
 * The object store cannot be used at all: credentials, region, bucket or network are wrong. No
 * object is at fault, so none is quarantined. The task fails and Spark retries it; credentials may
 * have been renewed by then.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">the codes</a>
 */
public final class StoreException extends UncheckedUserException {
  private static final long serialVersionUID = 1;

  private static final String RENEW = "renew the credentials";
  private static final String CHECK = "check the credentials";
  private static final String BUCKET = "check the bucket's name and fs.s3a.endpoint";
  private static final String REGION = "set fs.s3a.endpoint.region to the region of the bucket";
  private static final String NETWORK = "check fs.s3a.endpoint and the network";

  /** Remedies by error code of S3's error response. */
  private static final Map<String, String> REMEDIES =
      Map.ofEntries(
          Map.entry("ExpiredToken", RENEW),
          Map.entry("TokenRefreshRequired", RENEW),
          Map.entry("InvalidToken", RENEW),
          Map.entry("InvalidAccessKeyId", CHECK),
          Map.entry("SignatureDoesNotMatch", CHECK),
          Map.entry("AccountProblem", CHECK),
          Map.entry("NotSignedUp", CHECK),
          Map.entry("RequestTimeTooSkewed", "set the clock of this machine"),
          Map.entry("PermanentRedirect", REGION),
          Map.entry("AuthorizationHeaderMalformed", REGION),
          Map.entry("IllegalLocationConstraintException", REGION),
          Map.entry("NoSuchBucket", BUCKET));

  /** Remedies by exception type of the client. */
  private static final Map<Class<? extends Exception>, String> CLIENT_REMEDIES =
      Map.<Class<? extends Exception>, String>of(
          CredentialInitializationException.class,
          "give credentials to one of fs.s3a.aws.credentials.provider, on every machine",
          UnknownStoreException.class,
          BUCKET,
          UnknownHostException.class,
          NETWORK,
          NoRouteToHostException.class,
          NETWORK,
          ConnectException.class,
          NETWORK,
          ConnectTimeoutException.class,
          NETWORK);

  /** Text in parentheses, nested up to four levels. */
  private static final String NESTED =
      "\\((?:[^()]++|\\((?:[^()]++|\\((?:[^()]++|\\([^()]*+\\))*+\\))*+\\))*+\\)";

  /** The settings of each credentials provider, which the AWS SDK prints several times. */
  private static final Pattern PROVIDER_SETTINGS =
      Pattern.compile("(?:: ProfileFile|(?<=Provider|Chain))" + NESTED);

  /** The error code of an archived object. It concerns one object, not the store. */
  private static final String ARCHIVED = "InvalidObjectState";

  /** The URI or key in a message of S3A. */
  private static final Pattern PLACE =
      Pattern.compile("s3a://[^\\s,]*[^\\s,:.;]|(?<= on )[^\\s:]+(?=:)");

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** An exception for {@code failure} of reading {@code path}; empty if the object is at fault. */
  public static Optional<StoreException> of(String path, IOException failure) {
    return reason(failure)
        .map(reason -> new StoreException(path + " cannot be read: " + reason, failure));
  }

  /** Describes a failure for people. The text names a remedy when the store is at fault. */
  public static String describe(IOException failure) {
    return reason(failure)
        .or(() -> answer(failure))
        .or(() -> scheme(failure))
        .orElseGet(() -> failure.getMessage() == null ? failure.toString() : failure.getMessage());
  }

  /** Whether the same request may succeed later: the store is busy, down or unreachable. */
  public static boolean isTransient(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof AwsServiceException answer && answer.statusCode() != 0) {
        return answer.statusCode() >= 500 || answer.statusCode() == 429;
      }
      if (t instanceof SocketTimeoutException
          || t instanceof ConnectException
          || t instanceof NoRouteToHostException) {
        return true;
      }
    }
    return false;
  }

  /** A message if the object is in an archive storage class and must be restored first. */
  public static Optional<String> archived(Throwable failure) {
    return service(failure)
        .filter(answer -> code(answer).equals(ARCHIVED))
        .map(StoreException::archived);
  }

  private static String archived(AwsServiceException answer) {
    String storageClass =
        answer instanceof InvalidObjectStateException state ? state.storageClassAsString() : null;
    return "the object is archived ("
        + (storageClass == null ? "Glacier" : "storage class " + storageClass)
        + "); restore it first";
  }

  /** The service's answer as text: error code, status, place, message and remedy. */
  public static Optional<String> answer(Throwable failure) {
    return service(failure)
        .map(
            answer -> {
              var details = answer.awsErrorDetails();
              String message = details == null ? null : details.errorMessage();
              String remedy =
                  code(answer).equals(ARCHIVED) ? archived(answer) : REMEDIES.get(code(answer));
              return String.format(
                  Locale.ROOT,
                  "%s (status %d)%s%s%s",
                  code(answer).isEmpty() ? "no reason" : code(answer),
                  answer.statusCode(),
                  place(failure).map(place -> " at " + place).orElse(""),
                  message == null || message.isBlank() ? "" : ": " + message,
                  remedy == null ? "" : "; " + remedy);
            });
  }

  private static Optional<AwsServiceException> service(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof AwsServiceException answer && answer.statusCode() != 0) {
        return Optional.of(answer);
      }
    }
    return Optional.empty();
  }

  private static String code(AwsServiceException answer) {
    var details = answer.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  /** The first URI or key that the messages of S3A's exceptions name. */
  private static Optional<String> place(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      Matcher place = PLACE.matcher(String.valueOf(t.getMessage()));
      if (place.find()) {
        return Optional.of(place.group());
      }
    }
    return Optional.empty();
  }

  /** A message for the schemes {@code s3} and {@code s3n}, which Hadoop does not implement. */
  private static Optional<String> scheme(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof UnsupportedFileSystemException && message.matches(".*\"s3n?\".*")
        ? Optional.of(message + "; write s3a:// instead of s3://")
        : Optional.empty();
  }

  private static Optional<String> reason(IOException failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof AwsServiceException answer) {
        return ofAnswer(answer);
      }
      for (var client : CLIENT_REMEDIES.entrySet()) {
        if (client.getKey().isInstance(t)) {
          return Optional.of(
              PROVIDER_SETTINGS.matcher(firstLine(t)).replaceAll("") + "; " + client.getValue());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofAnswer(AwsServiceException answer) {
    var details = answer.awsErrorDetails();
    String code = details == null ? null : details.errorCode();
    String remedy = code == null ? null : REMEDIES.get(code);
    if (remedy != null) {
      return Optional.of(code + ": " + details.errorMessage() + "; " + remedy);
    }
    // The answer to a HEAD request has no body, so it has no error code.
    boolean withoutCode = code == null || code.isEmpty() || Character.isDigit(code.charAt(0));
    return withoutCode && List.of(301, 400).contains(answer.statusCode())
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "the store answers %d without a reason, as it does for expired credentials and for a"
                    + " wrong region; %s, or %s",
                answer.statusCode(),
                RENEW,
                REGION))
        : Optional.empty();
  }

  private static String firstLine(Throwable t) {
    return String.valueOf(t.getMessage()).lines().findFirst().orElseGet(t::toString);
  }
}
