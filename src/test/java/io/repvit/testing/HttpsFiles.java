package io.repvit.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/**
 * An HTTPS server on the loopback, with a key of its own, that answers as badly as a test tells it.
 */
public final class HttpsFiles implements AutoCloseable {
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final SSLContext trusted;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private HttpsFiles(HttpsServer server, SSLContext context) {
    this.server = server;
    this.trusted = context;
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(threads);
    server.start();
  }

  /** Starts a server, which only its own {@link #client} trusts. */
  public static HttpsFiles start() throws IOException {
    var address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
    return new HttpsFiles(HttpsServer.create(address, 0), Key.CONTEXT);
  }

  /** One key per JVM, made by the JDK's own tool. */
  private static final class Key {
    static final SSLContext CONTEXT = context();

    private static SSLContext context() {
      try {
        Path folder = Files.createTempDirectory("https-files-");
        Path file = folder.resolve("server.p12");
        HttpsKeys.make(file, "localhost");
        SSLContext context = HttpsKeys.context(file);
        Files.delete(file);
        Files.delete(folder);
        return context;
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException("the test server has no key", e);
      }
    }
  }

  /** Answers every request for {@code path}. */
  public void on(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.add("%s %s".formatted(exchange.getRequestMethod(), exchange.getRequestURI()));
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  /** Answers with the first {@code most} bytes of a content, whose full length it announces. */
  public static void serve(HttpExchange exchange, byte[] content, int most) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content, 0, Math.min(most, content.length));
    exchange.getResponseBody().flush();
  }

  /** As {@code https://localhost:41234/path}. */
  public URI uri(String path) {
    return URI.create("https://localhost:" + server.getAddress().getPort() + path);
  }

  /** A client that trusts this server and follows redirects within https. */
  public HttpClient client() {
    return HttpClient.newBuilder()
        .sslContext(trusted)
        .followRedirects(HttpClient.Redirect.NORMAL)
        .build();
  }

  /** Method and path of every request so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
