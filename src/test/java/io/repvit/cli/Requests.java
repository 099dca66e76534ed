package io.repvit.cli;

import io.repvit.testing.S3Server;
import java.net.URI;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.statistics.IOStatisticsSource;

/** What S3A has sent to one bucket, by Hadoop's own count. */
public record Requests(long head, long get, long list) {

  /** Of an action. */
  public static Requests of(S3Server s3, String bucket, Runnable action) throws Exception {
    FileSystem fs = fileSystem(s3, bucket);
    Requests before = of(fs);
    action.run();
    if (fs != fileSystem(s3, bucket)) {
      throw new AssertionError("the statistics are not those of the action's file system");
    }
    return of(fs).minus(before);
  }

  /** The file system that Hadoop keeps for a bucket in this JVM, whoever asks. */
  private static FileSystem fileSystem(S3Server s3, String bucket) throws Exception {
    var configuration = new Configuration();
    s3.hadoopProperties().forEach(configuration::set);
    return FileSystem.get(URI.create("s3a://" + bucket + "/"), configuration);
  }

  private static Requests of(FileSystem fs) {
    Map<String, Long> counters = ((IOStatisticsSource) fs).getIOStatistics().counters();
    return new Requests(
        counters.getOrDefault("action_http_head_request", -1L),
        counters.getOrDefault("action_http_get_request", -1L),
        counters.getOrDefault("object_list_request", -1L));
  }

  private Requests minus(Requests earlier) {
    return new Requests(head - earlier.head, get - earlier.get, list - earlier.list);
  }
}
