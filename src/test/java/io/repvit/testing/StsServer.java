package io.repvit.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * AWS's Security Token Service for one web identity: it gives an S3 server's keys for the right
 * token and role.
 *
 * <p>The AWS SDK asks {@code https://sts.REGION.amazonaws.com} and can be told no other address.
 * {@link #jvmOptions} therefore make a JVM trust this server under that name, and reach it through
 * a proxy of its own, whatever host is asked for.
 */
public final class StsServer implements AutoCloseable {
  public static final String REGION = "us-east-1";
  public static final String SESSION_TOKEN = "test-session-of-a-web-identity";

  private static final String HOST = "sts." + REGION + ".amazonaws.com";

  private final HttpsServer server;
  private final ServerSocket proxy;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Path key;
  private final Map<String, String> expected;
  private final Map<String, String> keys;
  private final List<String> answers = new CopyOnWriteArrayList<>();

  private StsServer(Path key, Map<String, String> expected, Map<String, String> keys)
      throws IOException, GeneralSecurityException {
    this.key = key;
    this.expected = expected;
    this.keys = keys;
    InetAddress here = InetAddress.getByName("127.0.0.1");
    server = HttpsServer.create(new InetSocketAddress(here, 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(HttpsKeys.context(key)));
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    proxy = new ServerSocket(0, 50, here);
  }

  /**
   * Starts a server that gives the keys of {@code s3}.
   *
   * @param folder for its key
   */
  public static StsServer start(Path folder, S3Server s3, String token, String role)
      throws IOException, GeneralSecurityException {
    Path key = folder.resolve("sts.p12");
    HttpsKeys.make(key, HOST);
    var expected =
        Map.of("Action", "AssumeRoleWithWebIdentity", "WebIdentityToken", token, "RoleArn", role);
    var sts = new StsServer(key, expected, s3.hadoopProperties());
    sts.server.start();
    sts.threads.execute(sts::accept);
    return sts;
  }

  /** For the JVM that asks; all but this machine's own addresses lead to this server. */
  public String jvmOptions() {
    return "-Djavax.net.ssl.trustStore=%s -Djavax.net.ssl.trustStorePassword=%s"
            .formatted(key, HttpsKeys.PASSWORD)
        + " -Dhttp.nonProxyHosts=127.0.0.1|localhost -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort="
        + proxy.getLocalPort();
  }

  /** The status of every answer so far. */
  public List<String> answers() {
    return List.copyOf(answers);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Map<String, String> form =
          Arrays.stream(body.split("&"))
              .map(field -> field.split("=", 2))
              .collect(Collectors.toMap(f -> f[0], f -> URLDecoder.decode(f[1], UTF_8)));
      boolean right = form.entrySet().containsAll(expected.entrySet());
      byte[] xml = (right ? credentials() : refusal()).getBytes(UTF_8);
      answers.add(right ? "200" : "403");
      exchange.sendResponseHeaders(right ? 200 : 403, xml.length);
      exchange.getResponseBody().write(xml);
    }
  }

  private String credentials() {
    return """
        <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <AssumeRoleWithWebIdentityResult><Credentials>
            <AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey>
            <SessionToken>%s</SessionToken><Expiration>%s</Expiration>
          </Credentials></AssumeRoleWithWebIdentityResult>
        </AssumeRoleWithWebIdentityResponse>
        """
        .formatted(
            keys.get("fs.s3a.access.key"),
            keys.get("fs.s3a.secret.key"),
            SESSION_TOKEN,
            Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS));
  }

  private static String refusal() {
    return """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>
          <Type>Sender</Type><Code>AccessDenied</Code>
          <Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message>
        </Error></ErrorResponse>
        """;
  }

  private void accept() {
    while (!proxy.isClosed()) {
      try {
        Socket client = proxy.accept();
        threads.execute(() -> tunnel(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  /** Answers CONNECT and joins both ends. */
  private void tunnel(Socket client) {
    try (client;
        var upstream =
            new Socket(server.getAddress().getAddress(), server.getAddress().getPort())) {
      readHead(client.getInputStream());
      client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
      threads.execute(() -> copy(client, upstream));
      copy(upstream, client);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void readHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = in.read();
      if (read < 0) {
        throw new IOException("the request ends early: " + head);
      }
      head.append((char) read);
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // One end was closed, which ends the other.
    }
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
