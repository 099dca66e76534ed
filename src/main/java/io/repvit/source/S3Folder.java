package io.repvit.source;

import io.repvit.metrics.LeftOut;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3ListRequest;
import org.apache.hadoop.fs.s3a.Statistic;
import org.apache.hadoop.fs.s3a.impl.StoreContext;
import org.apache.hadoop.util.functional.CallableRaisingIOE;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The keys below a prefix, listed with the S3 client of S3A. S3A's own listing normalises keys, so
 * that {@code a//b} becomes {@code a/b}.
 *
 * @param prefix the prefix of the keys: empty, or with a trailing slash
 */
record S3Folder(S3AFileSystem fs, String prefix) implements Folder {
  /** Endings of the folder markers that S3A and EMR write. */
  private static final List<String> MARKERS = List.of("/", "_$folder$");

  private static final Statistic LIST = Statistic.OBJECT_LIST_REQUEST;
  private static final Statistic HEAD = Statistic.ACTION_HTTP_HEAD_REQUEST;

  private String key() {
    return prefix.substring(0, Math.max(0, prefix.length() - 1));
  }

  private String bucket() {
    return fs.getUri().toString();
  }

  @Override
  public String uri() {
    return prefix.isEmpty() ? bucket() : bucket() + "/" + key();
  }

  @Override
  public S3Folder child(String name) {
    return new S3Folder(fs, prefix + name + "/");
  }

  @Override
  public boolean exists() throws IOException {
    return object() != null || !page(request("/"), client()).isEmpty();
  }

  /** Returns null if there is no such object; the listing shows whether there is a folder. */
  @Override
  public @Nullable SourceObject object() throws IOException {
    if (key().isEmpty()) {
      return null;
    }
    var request = fs.getRequestFactory().newHeadObjectRequestBuilder(key()).build();
    S3Client client = client();
    try {
      HeadObjectResponse head = ask(HEAD, () -> client.headObject(request));
      return new SourceObject(
          uri(), head.contentLength(), head.lastModified().toEpochMilli(), head.eTag());
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  @Override
  public void list(Names names) throws IOException {
    boolean empty =
        !pages(
            "/",
            page -> {
              for (CommonPrefix folder : page.folders()) {
                String below = folder.prefix();
                names.folder(
                    below.substring(prefix.length(), below.length() - 1), new S3Folder(fs, below));
              }
              for (S3Object object : page.objects()) {
                String name = object.key().substring(prefix.length());
                if (isMarker(object)) {
                  names.leftOut(name, LeftOut.Rule.FOLDER_MARKERS);
                } else {
                  names.object(name, object(object));
                }
              }
            });
    if (empty && !prefix.isEmpty()) {
      throw new FileNotFoundException(uri());
    }
  }

  @Override
  public boolean isFlat() {
    return true;
  }

  @Override
  public boolean listAll(Keys keys) throws IOException {
    boolean any =
        pages(
            null,
            page -> {
              for (S3Object object : page.objects()) {
                List<String> names =
                    List.of(object.key().substring(prefix.length()).split("/", -1));
                if (isMarker(object)) {
                  keys.leftOut(names, LeftOut.Rule.FOLDER_MARKERS);
                } else {
                  keys.object(names, object(object));
                }
              }
            });
    return any || prefix.isEmpty();
  }

  private static boolean isMarker(S3Object object) {
    return object.size() == 0 && MARKERS.stream().anyMatch(object.key()::endsWith);
  }

  private SourceObject object(S3Object object) {
    return new SourceObject(
        bucket() + "/" + object.key(),
        object.size(),
        object.lastModified().toEpochMilli(),
        object.eTag());
  }

  /**
   * A page of a LIST.
   *
   * @param next the request for the next page, or null
   */
  private record Page(
      List<S3Object> objects, List<CommonPrefix> folders, @Nullable S3ListRequest next) {
    boolean isEmpty() {
      return objects.isEmpty() && folders.isEmpty();
    }
  }

  private interface Pages {
    void accept(Page page) throws IOException;
  }

  /** Reads all pages; returns whether one of them has an object or a folder. */
  private boolean pages(@Nullable String delimiter, Pages pages) throws IOException {
    boolean any = false;
    S3Client client = client();
    for (S3ListRequest next = request(delimiter); next != null; ) {
      Page page = page(next, client);
      any |= !page.isEmpty();
      pages.accept(page);
      next = page.next();
    }
    return any;
  }

  /**
   * Asks for URL-encoded keys, because XML cannot represent every character of a key. The client
   * decodes them.
   */
  private S3ListRequest request(@Nullable String delimiter) {
    S3ListRequest request = fs.createListObjectsRequest(prefix, delimiter);
    return request.isV1()
        ? S3ListRequest.v1(request.getV1().toBuilder().encodingType(EncodingType.URL).build())
        : S3ListRequest.v2(request.getV2().toBuilder().encodingType(EncodingType.URL).build());
  }

  private Page page(S3ListRequest request, S3Client client) throws IOException {
    if (request.isV1()) {
      ListObjectsResponse page = ask(LIST, () -> client.listObjects(request.getV1()));
      List<S3Object> objects = page.contents();
      String marker =
          page.nextMarker() != null || objects.isEmpty()
              ? page.nextMarker()
              : objects.get(objects.size() - 1).key();
      return new Page(
          objects,
          page.commonPrefixes(),
          page.isTruncated()
              ? S3ListRequest.v1(request.getV1().toBuilder().marker(marker).build())
              : null);
    }
    ListObjectsV2Response page = ask(LIST, () -> client.listObjectsV2(request.getV2()));
    return new Page(
        page.contents(),
        page.commonPrefixes(),
        page.isTruncated()
            ? S3ListRequest.v2(
                request.getV2().toBuilder().continuationToken(page.nextContinuationToken()).build())
            : null);
  }

  private S3Client client() {
    return fs.getS3AInternals().getAmazonS3Client("listing");
  }

  /** Sends a request with the retries, exception translation and statistics of S3A. */
  private <T> T ask(Statistic request, CallableRaisingIOE<T> operation) throws IOException {
    StoreContext s3a = fs.createStoreContext();
    s3a.incrementStatistic(request);
    try (var span = fs.createSpan("op_list_files", uri(), null)) {
      return s3a.getInvoker().retry("listing", uri(), true, operation);
    }
  }
}
