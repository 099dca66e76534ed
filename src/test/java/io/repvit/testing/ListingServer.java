package io.repvit.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * As much of S3 as listing needs: ListObjectsV2, flat and by continuation token, over any number of
 * objects that do not exist. Bucket {@code s3a://objects-N} has N objects {@code 0000/00000000.jpg}
 * and so on, a thousand per folder, of 100,000 to 100,999 bytes. Other requests are counted and
 * answered with 404.
 */
public final class ListingServer implements AutoCloseable {
  private static final int PAGE = 1000;
  private static final int THREADS = 16;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final AtomicInteger lists = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();

  private ListingServer(HttpServer server) {
    this.server = server;
  }

  public static ListingServer start() throws IOException {
    var address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
    var listing = new ListingServer(HttpServer.create(address, 0));
    listing.server.setExecutor(listing.threads);
    listing.server.createContext("/", listing::answer);
    listing.server.start();
    return listing;
  }

  /** What S3A needs to know. */
  public Map<String, String> hadoopProperties() {
    return Map.of(
        "fs.s3a.endpoint", "http://127.0.0.1:" + server.getAddress().getPort(),
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.path.style.access", "true",
        "fs.s3a.access.key", "nobody",
        "fs.s3a.secret.key", "nothing");
  }

  /**
   * For {@code jobs/bench-listing}: prints the properties, then {@code #}, and serves until
   * standard input ends.
   */
  public static void main(String[] arguments) throws IOException {
    try (ListingServer listing = start()) {
      listing
          .hadoopProperties()
          .forEach((k, v) -> System.out.println("spark.hadoop." + k + " " + v));
      System.out.println("#");
      while (System.in.read() >= 0) {}
    }
  }

  /** LIST requests so far. */
  public int lists() {
    return lists.get();
  }

  /** All other requests so far. */
  public int others() {
    return others.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
      if (!exchange.getRequestMethod().equals("GET") || !query.containsKey("list-type")) {
        others.incrementAndGet();
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      lists.incrementAndGet();
      int total = Integer.parseInt(exchange.getRequestURI().getPath().replaceAll("\\D", ""));
      int from = Integer.parseInt(query.getOrDefault("continuation-token", "0"));
      byte[] page = page(query.getOrDefault("prefix", ""), from, total).getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/xml");
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    }
  }

  /** The objects from {@code from} on, or none below a prefix: there is one root only. */
  private static String page(String prefix, int from, int total) {
    var xml = new StringBuilder("<ListBucketResult>");
    int to = prefix.isEmpty() ? Math.min(total, from + PAGE) : from;
    for (int i = from; i < to; i++) {
      xml.append(
          """
          <Contents><Key>%04d/%08d.jpg</Key><LastModified>2026-11-23T0%d:00:00.000Z</LastModified>\
          <ETag>&quot;%032x&quot;</ETag><Size>%d</Size></Contents>"""
              .formatted(i / PAGE, i, i % 10, i * 0x9e3779b97f4a7c15L, 100_000 + i % 1000));
    }
    boolean more = to < total && prefix.isEmpty();
    xml.append("<IsTruncated>").append(more).append("</IsTruncated>");
    if (more) {
      xml.append("<NextContinuationToken>").append(to).append("</NextContinuationToken>");
    }
    return xml.append("</ListBucketResult>").toString();
  }

  private static Map<String, String> query(String text) {
    var query = new HashMap<String, String>();
    for (String pair : (text == null ? "" : text).split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), UTF_8));
      }
    }
    return query;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
