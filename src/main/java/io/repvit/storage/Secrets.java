package io.repvit.storage;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Detects and redacts credentials in URIs. A URI with credentials is refused, because paths are
 * written to logs, tables and manifests.
 */
public final class Secrets {
  private static final String HIDDEN = "***";

  /**
   * Patterns of credentials. A bucket of S3 has no colon and no at sign, so everything before an at
   * sign is a credential; for other schemes {@code container@account} is usual.
   */
  private static final List<Pattern> CREDENTIALS =
      List.of(
          Pattern.compile("(?i)(?<=\\bs3[an]?://)([^/\\s@]*:\\S*?|[^/\\s@]+)@"),
          Pattern.compile("(?<=://)[^/@\\s]*:[^/@\\s]*@"),
          Pattern.compile(
              "(?i)(?<=[?&](x-(amz|goog)-(signature|credential|security-token)|signature|awsaccesskeyid"
                  + "|sig|token)=)[^&\\s]+"));

  private Secrets() {}

  /** Whether {@code text} contains a URI with a password, a signature or a token. */
  public static boolean areIn(String text) {
    return (text.indexOf('@') >= 0 || text.indexOf('=') >= 0)
        && CREDENTIALS.stream().anyMatch(pattern -> pattern.matcher(text).find());
  }

  /** Replaces the credentials in {@code text} by {@value #HIDDEN}. */
  public static String hide(String text) {
    String hidden = text;
    for (Pattern pattern : CREDENTIALS) {
      hidden = pattern.matcher(hidden).replaceAll(HIDDEN);
    }
    return hidden;
  }
}
