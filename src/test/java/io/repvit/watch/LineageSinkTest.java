package io.repvit.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineageSinkTest {
  @Test
  void theKeyIsSentToTheUrlAndIsInNoMessage() throws Exception {
    List<String> got = Collections.synchronizedList(new ArrayList<>());
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(address, 0);
    server.createContext(
        "/",
        exchange -> {
          got.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(got.size() < 3 ? 200 : 401, -1);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    LineageSink.of(url, null).send("{}");
    LineageSink.of(url + "/", "k3y").send("{}");
    LineageSink sink = LineageSink.of(url + "/own?a=b", "k3y");
    IOException refused = assertThrows(IOException.class, () -> sink.send("{}"));
    server.stop(0);
    IOException down = assertThrows(IOException.class, () -> sink.send("{}"));

    assertEquals(
        List.of("/api/v1/lineage null", "/api/v1/lineage Bearer k3y", "/own?a=b Bearer k3y"), got);
    assertEquals("it answers 401", refused.getMessage());
    assertFalse(down.toString().contains("k3y"));
  }
}
