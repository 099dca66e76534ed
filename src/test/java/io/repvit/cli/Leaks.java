package io.repvit.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Looks for secrets wherever a run may have left them. */
final class Leaks {
  private final HttpClient http =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
  private final List<String> secrets;
  private final List<String> found = new ArrayList<>();

  Leaks(String... secrets) {
    this.secrets = List.of(secrets);
  }

  /** Where secrets stood, of all that was looked at. */
  List<String> found() {
    return found;
  }

  private void look(String where, String text) {
    for (String secret : secrets) {
      if (text.contains(secret)) {
        found.add(where + " has secret " + secrets.indexOf(secret));
      }
    }
  }

  /** The command lines of all processes of this machine. */
  void inCommandLines() {
    ProcessHandle.allProcesses()
        .forEach(p -> look("process " + p.pid(), SparkCluster.commandLine(p)));
  }

  /** A web page, which is returned. */
  String inPage(String uri) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(uri)).build();
    var page = http.send(request, BodyHandlers.ofString(ISO_8859_1));
    if (page.statusCode() != 200) {
      throw new IOException(uri + " answers " + page.statusCode());
    }
    look(uri, page.body());
    return page.body();
  }

  /** All files below a folder but jars, byte for byte; how many there were. */
  int inFiles(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(f -> Files.isRegularFile(f) && !f.toString().endsWith(".jar")).toList();
    }
    for (Path file : files) {
      look(file.toString(), Files.readString(file, ISO_8859_1));
    }
    return files.size();
  }
}
