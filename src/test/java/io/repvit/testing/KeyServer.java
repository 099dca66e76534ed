package io.repvit.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * As much of S3 as reading needs, in memory, for any keys, which other servers in tests keep as
 * files and so bring into the form of file names: ListObjectsV2 with prefix, delimiter, encoding
 * and continuation, HEAD and GET. It asks for no signature. A page has three keys.
 */
public final class KeyServer implements AutoCloseable {
  private static final int PAGE = 3;
  private static final int THREADS = 16;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Map<String, NavigableMap<String, byte[]>> buckets = new ConcurrentHashMap<>();
  private final List<String> read = Collections.synchronizedList(new ArrayList<>());

  private KeyServer(HttpServer server) {
    this.server = server;
  }

  public static KeyServer start() throws IOException {
    var address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
    var keys = new KeyServer(HttpServer.create(address, 0));
    keys.server.setExecutor(keys.threads);
    keys.server.createContext("/", keys::answer);
    keys.server.start();
    return keys;
  }

  /** What Spark needs to know. */
  public Map<String, String> sparkProperties() {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint", "http://127.0.0.1:" + server.getAddress().getPort(),
        "spark.hadoop.fs.s3a.endpoint.region", "us-east-1",
        "spark.hadoop.fs.s3a.path.style.access", "true",
        "spark.hadoop.fs.s3a.aws.credentials.provider",
            "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
        "spark.hadoop.fs.s3a.access.key", "nobody",
        "spark.hadoop.fs.s3a.secret.key", "nothing");
  }

  /** Stores an object. */
  public void put(String bucket, String key, byte[] content) {
    buckets.computeIfAbsent(bucket, name -> new ConcurrentSkipListMap<>()).put(key, content);
  }

  /** Keys of GET requests so far. */
  public List<String> read() {
    synchronized (read) {
      return List.copyOf(read);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/", 2);
      NavigableMap<String, byte[]> bucket = buckets.get(path[0]);
      // In a path, plus is plus.
      String key = path.length < 2 ? "" : URLDecoder.decode(path[1].replace("+", "%2B"), UTF_8);
      if (bucket == null) {
        send(exchange, 404, "<Error><Code>NoSuchBucket</Code></Error>".getBytes(UTF_8));
      } else if (key.isEmpty()) {
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        send(exchange, 200, page(bucket, query(exchange)).getBytes(UTF_8));
      } else {
        object(exchange, key, bucket.get(key));
      }
    }
  }

  private void object(HttpExchange exchange, String key, byte @Nullable [] content)
      throws IOException {
    boolean isGet = exchange.getRequestMethod().equals("GET");
    if (isGet) {
      read.add(key);
    }
    if (content == null) {
      send(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>".getBytes(UTF_8));
      return;
    }
    exchange.getResponseHeaders().set("ETag", etag(content));
    exchange.getResponseHeaders().set("Last-Modified", "Mon, 23 Nov 2026 01:00:00 GMT");
    if (!isGet) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
    }
    send(exchange, 200, content);
  }

  private static void send(HttpExchange exchange, int code, byte[] body) throws IOException {
    boolean hasBody = !exchange.getRequestMethod().equals("HEAD") && body.length > 0;
    exchange.sendResponseHeaders(code, hasBody ? body.length : -1);
    if (hasBody) {
      exchange.getResponseBody().write(body);
    }
  }

  private static String page(NavigableMap<String, byte[]> bucket, Map<String, String> query) {
    String prefix = query.getOrDefault("prefix", "");
    String delimiter = query.getOrDefault("delimiter", "");
    boolean isEncoded = "url".equals(query.get("encoding-type"));
    var names = new TreeSet<String>();
    for (String key : bucket.keySet()) {
      if (key.startsWith(prefix)) {
        int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
        names.add(end < 0 ? key : key.substring(0, end + delimiter.length()));
      }
    }
    String after = query.get("continuation-token");
    List<String> left = new ArrayList<>(after == null ? names : names.tailSet(after, false));
    List<String> page = left.subList(0, Math.min(PAGE, left.size()));
    String answer =
        page.stream()
            .map(
                name ->
                    entry(
                        name,
                        delimiter.isEmpty() || !name.endsWith(delimiter) || name.equals(prefix)
                            ? bucket.get(name)
                            : null,
                        isEncoded))
            .collect(Collectors.joining("", "<ListBucketResult>", ""));
    if (isEncoded) {
      answer += "<EncodingType>url</EncodingType>";
    }
    boolean more = page.size() < left.size();
    if (more) {
      answer +=
          "<NextContinuationToken>%s</NextContinuationToken>"
              .formatted(text(page.get(page.size() - 1), false));
    }
    return answer + "<IsTruncated>" + more + "</IsTruncated></ListBucketResult>";
  }

  private static String entry(String name, byte @Nullable [] content, boolean isEncoded) {
    return content == null
        ? "<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>".formatted(text(name, isEncoded))
        : """
          <Contents><Key>%s</Key><LastModified>2026-11-23T01:00:00.000Z</LastModified>\
          <ETag>%s</ETag><Size>%d</Size></Contents>"""
            .formatted(text(name, isEncoded), text(etag(content), false), content.length);
  }

  /** Of what XML cannot have only the encoded form arrives. */
  private static String text(String name, boolean isEncoded) {
    return isEncoded
        ? URLEncoder.encode(name, UTF_8).replace("%2F", "/")
        : name.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  private static String etag(byte[] content) {
    try {
      return '"' + HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content)) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> query(HttpExchange exchange) {
    String text = exchange.getRequestURI().getRawQuery();
    var query = new HashMap<String, String>();
    for (String pair : (text == null ? "" : text).split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), UTF_8));
      }
    }
    return new TreeMap<>(query);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
