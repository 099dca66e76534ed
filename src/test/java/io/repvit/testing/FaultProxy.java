package io.repvit.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A network and a store that fail: HTTP between a client and a server, where a {@link Rule} decides
 * what becomes of each request. The Host header stays as it is, so that signatures still hold. A
 * connection carries one request.
 */
public final class FaultProxy implements AutoCloseable {

  /** One request, of an S3 client in path style. */
  public record Request(String method, String bucket, String key, String query) {
    /** Whether an object is read. */
    public boolean isGet() {
      return method.equals("GET") && !key.isEmpty();
    }
  }

  /** What becomes of a request. */
  public sealed interface Fate {
    /** The server answers. */
    record Served() implements Fate {}

    /**
     * The server never sees it: an error document of S3 is the answer.
     *
     * @param elements more of the document
     */
    record Refused(int status, String code, String message, List<String> headers, String elements)
        implements Fate {
      public Refused(int status, String code, String message, List<String> headers) {
        this(status, code, message, headers, "");
      }

      public Refused(int status, String code, String message) {
        this(status, code, message, List.of());
      }
    }

    /** The server answers, and the connection is reset when so many bytes of the body are over. */
    record Reset(long bytes) implements Fate {}

    /** The server answers, and the connection is closed when so many bytes of the body are over. */
    record Truncated(long bytes) implements Fate {}
  }

  /** Decides; may wait, which holds the request. Called by several threads at once. */
  public interface Rule {
    Fate of(Request request) throws InterruptedException;
  }

  private final ServerSocket socket;
  private final URI server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ConcurrentLinkedQueue<Request> seen = new ConcurrentLinkedQueue<>();
  private volatile Rule rule = request -> new Fate.Served();

  private FaultProxy(ServerSocket socket, URI server) {
    this.socket = socket;
    this.server = server;
  }

  /** A proxy in front of {@code server} that lets everything pass. */
  public static FaultProxy before(URI server) throws IOException {
    var proxy = new FaultProxy(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()), server);
    proxy.threads.execute(proxy::accept);
    return proxy;
  }

  /** For example {@code http://127.0.0.1:41234}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** From now on requests fare by {@code rule}, and the count begins anew. */
  public void rule(Rule next) {
    seen.clear();
    rule = next;
  }

  /** The requests since the rule was made, in the order of their arrival. */
  public List<Request> seen() {
    return List.copyOf(seen);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> carry(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void carry(Socket client) {
    try (client) {
      var in = new BufferedInputStream(client.getInputStream());
      String head = head(in);
      byte[] body = body(head, in, client.getOutputStream());
      Request request = request(head);
      seen.add(request);
      Fate fate = rule.of(request);
      if (fate instanceof Fate.Refused refused) {
        client.getOutputStream().write(document(refused, request));
        return;
      }
      try (var upstream = new Socket(server.getHost(), server.getPort())) {
        upstream.getOutputStream().write(single(head).getBytes(ISO_8859_1));
        upstream.getOutputStream().write(body);
        answer(upstream.getInputStream(), client, fate);
      }
    } catch (IOException e) {
      // The client, or the server, is gone: as in life.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(InputStream from, Socket client, Fate fate) throws IOException {
    OutputStream to = client.getOutputStream();
    to.write(head(from).getBytes(ISO_8859_1));
    if (fate instanceof Fate.Reset reset) {
      to.write(from.readNBytes((int) reset.bytes()));
      to.flush();
      client.setSoLinger(true, 0);
    } else if (fate instanceof Fate.Truncated truncated) {
      to.write(from.readNBytes((int) truncated.bytes()));
    } else {
      from.transferTo(to);
    }
  }

  /** Up to and with the empty line. */
  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    for (int end = 0; end != 0x0d0a0d0a; ) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      head.write(next);
      end = end << 8 | next;
    }
    return head.toString(ISO_8859_1);
  }

  private static byte[] body(String head, InputStream in, OutputStream out) throws IOException {
    if (head.toLowerCase(Locale.ROOT).contains("\r\nexpect: 100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
    }
    for (String line : head.split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        return in.readNBytes(Integer.parseInt(line.substring(15).strip()));
      }
    }
    return new byte[0];
  }

  private static Request request(String head) {
    String[] line = head.substring(0, head.indexOf('\r')).split(" ");
    URI uri = URI.create(line[1]);
    String[] names = uri.getPath().substring(1).split("/", 2);
    return new Request(
        line[0],
        names[0],
        names.length > 1 ? names[1] : "",
        uri.getQuery() == null ? "" : uri.getQuery());
  }

  /** The head of a connection's only request; neither header is part of a signature. */
  private static String single(String head) {
    return List.of(head.strip().split("\r\n")).stream()
        .filter(line -> !line.toLowerCase(Locale.ROOT).matches("(connection|expect):.*"))
        .collect(Collectors.joining("\r\n", "", "\r\nConnection: close\r\n\r\n"));
  }

  private static byte[] document(Fate.Refused refused, Request request) {
    byte[] xml =
        "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>%s</Message>%s</Error>"
            .formatted(refused.code(), refused.message(), refused.elements())
            .getBytes(ISO_8859_1);
    String headers =
        refused.headers().stream().map(line -> line + "\r\n").collect(Collectors.joining());
    String head =
        "HTTP/1.1 %d %s\r\nContent-Type: application/xml\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(refused.status(), refused.code(), headers, xml.length);
    return (head + (request.method().equals("HEAD") ? "" : new String(xml, ISO_8859_1)))
        .getBytes(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
