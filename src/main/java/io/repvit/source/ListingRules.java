package io.repvit.source;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Rules that decide which listed names are read.
 *
 * @param endings endings of names of the input format, in lower case; empty allows all names
 * @param output URIs of the folders that runs write to; they are left out
 */
record ListingRules(List<String> endings, List<String> output) {
  /** Reads all names. */
  static final ListingRules ALL = new ListingRules(List.of(), List.of());

  ListingRules {
    endings = List.copyOf(endings);
    output = List.copyOf(output);
  }

  /**
   * Makes the rules of an input format.
   *
   * @param output the folders that runs write to, as the user names them
   * @throws IOException when their file system cannot be reached
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

  /** Whether a name has an ending of the input format. */
  boolean isOfFormat(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return endings.isEmpty() || endings.stream().anyMatch(lower::endsWith);
  }

  /** Whether {@code uri} is a folder that runs write to, or is below one. */
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

  /** These rules without the folders of the output, for an input that is inside one of them. */
  ListingRules withOutput() {
    return new ListingRules(endings, List.of());
  }
}
