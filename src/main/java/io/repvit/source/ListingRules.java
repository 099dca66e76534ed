package io.repvit.source;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What of a listing is read.
 *
 * @param endings of names of the input format, in lower case; none means all names
 * @param output URIs of the folders where runs write, which are no input
 */
record ListingRules(List<String> endings, List<String> output) {
  /** All is read. */
  static final ListingRules ALL = new ListingRules(List.of(), List.of());

  ListingRules {
    endings = List.copyOf(endings);
    output = List.copyOf(output);
  }

  /**
   * Rules of an input format.
   *
   * @param output folders where runs write, as the user names them
   * @throws IOException when their file system is out of reach
   */
  static ListingRules of(List<String> endings, List<Path> output, Configuration configuration)
      throws IOException {
    var uris = new ArrayList<String>();
    for (Path folder : output) {
      Path qualified = folder.getFileSystem(configuration).makeQualified(folder);
      uris.add(qualified.toString());
      if ("file".equals(qualified.toUri().getScheme())) {
        var local = java.nio.file.Path.of(qualified.toUri().getPath());
        if (Files.exists(local)) {
          uris.add("file:" + local.toRealPath());
        }
      }
    }
    return new ListingRules(endings, uris);
  }

  /** Whether a name fits the input format. */
  boolean isOfFormat(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return endings.isEmpty() || endings.stream().anyMatch(lower::endsWith);
  }

  /** Whether runs write to {@code uri}, or to a folder above it. */
  boolean isOutput(String uri) {
    return output.stream()
        .anyMatch(
            o ->
                uri.startsWith(o) && (uri.length() == o.length() || uri.charAt(o.length()) == '/'));
  }

  boolean isOutput(Folder folder) throws IOException {
    String name = folder.uri().substring(folder.uri().lastIndexOf('/'));
    return output.stream().anyMatch(o -> o.endsWith(name))
        && (isOutput(folder.uri()) || isOutput(folder.realUri()));
  }

  /** For an input that is itself in an output, as the user says. */
  ListingRules withOutput() {
    return new ListingRules(endings, List.of());
  }
}
