package io.repvit.metrics;

import java.io.Serializable;

/**
 * What was asked of object storage, and bytes of all storage. Requests are counted per call of the
 * API; what was sent again counts under {@code retries}, and {@code http} has both.
 *
 * @param get objects or ranges read
 * @param head objects asked about
 * @param list pages of listings, of objects and of uploads
 * @param put objects and parts written
 * @param post uploads begun, completed, and bulk deletions
 * @param delete objects and uploads deleted one by one
 * @param http HTTP requests sent, those sent again too
 * @param retries requests sent again, by the SDK or by S3A
 * @param throttled answers 429, and those of 503 that the SDK left to S3A; others are only in
 *     {@code retries}
 * @param bytesRead bytes that readers got
 * @param bytesWritten bytes that writers gave
 */
public record Traffic(
    long get,
    long head,
    long list,
    long put,
    long post,
    long delete,
    long http,
    long retries,
    long throttled,
    long bytesRead,
    long bytesWritten)
    implements Serializable {
  /** No traffic. */
  public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public Traffic plus(Traffic o) {
    return add(o, 1);
  }

  /** What came since {@code earlier}. */
  public Traffic minus(Traffic earlier) {
    return add(earlier, -1);
  }

  private Traffic add(Traffic o, int sign) {
    return new Traffic(
        get + sign * o.get,
        head + sign * o.head,
        list + sign * o.list,
        put + sign * o.put,
        post + sign * o.post,
        delete + sign * o.delete,
        http + sign * o.http,
        retries + sign * o.retries,
        throttled + sign * o.throttled,
        bytesRead + sign * o.bytesRead,
        bytesWritten + sign * o.bytesWritten);
  }
}
