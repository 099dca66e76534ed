package io.repvit.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A text file of which readers see all or nothing. */
final class WholeFile {
  private WholeFile() {}

  static void write(Path place, String text, Configuration configuration) throws IOException {
    FileSystem fs = place.getFileSystem(configuration);
    // An S3 object appears when its stream closes; elsewhere a rename makes it whole.
    Path written =
        fs.getUri().getScheme().equals("s3a")
            ? place
            : new Path(place.getParent(), "_" + place.getName() + ".writing");
    try (FSDataOutputStream out = fs.create(written, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    if (!written.equals(place) && !fs.rename(written, place)) {
      throw new IOException("cannot rename " + written + " to " + place);
    }
  }
}
