package io.repvit.metrics;

import java.io.Serializable;

/**
 * Requests to object storage, and bytes read from and written to all file systems. The counters per
 * operation count calls of the S3 API without retries.
 *
 * @param get GET calls for objects or ranges
 * @param head HEAD calls
 * @param list LIST calls, one per page, for objects and multipart uploads
 * @param put PUT calls for objects and parts
 * @param post POST calls: multipart uploads started or completed, bulk deletions
 * @param delete DELETE calls for single objects and multipart uploads
 * @param http HTTP requests, retries included
 * @param retries requests that the SDK or S3A repeated
 * @param throttled responses 429, and the responses 503 that S3A handled after the SDK gave up;
 *     other responses 503 are counted in {@code retries} only
 * @param bytesRead bytes read by clients of a file system
 * @param bytesWritten bytes written by clients of a file system
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

  /** Returns the sum of both. */
  public Traffic plus(Traffic o) {
    return add(o, 1);
  }

  /** Returns the traffic since {@code earlier}. */
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
