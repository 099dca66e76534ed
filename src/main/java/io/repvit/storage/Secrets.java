package io.repvit.storage;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Credentials inside URIs. They would end in logs, tables and manifests, so such URIs are refused,
 * unseen.
 */
public final class Secrets {
  private static final String HIDDEN = "***";

  /** Of S3 no bucket has a colon or an at sign; elsewhere {@code container@account} is usual. */
  private static final List<Pattern> CREDENTIALS =
      List.of(
          Pattern.compile("(?i)(?<=\\bs3[an]?://)([^/\\s@]*:\\S*?|[^/\\s@]+)@"),
          Pattern.compile("(?<=://)[^/@\\s]*:[^/@\\s]*@"),
          Pattern.compile(
              "(?i)(?<=[?&](x-(amz|goog)-(signature|credential|security-token)|signature|awsaccesskeyid"
                  + "|sig|token)=)[^&\\s]+"));

  private Secrets() {}

  /** Whether {@code text} is, or has, a URI with a password, a signature or a token. */
  public static boolean areIn(String text) {
    return (text.indexOf('@') >= 0 || text.indexOf('=') >= 0)
        && CREDENTIALS.stream().anyMatch(pattern -> pattern.matcher(text).find());
  }

  /** {@code text} without them. */
  public static String hide(String text) {
    String hidden = text;
    for (Pattern pattern : CREDENTIALS) {
      hidden = pattern.matcher(hidden).replaceAll(HIDDEN);
    }
    return hidden;
  }
}
