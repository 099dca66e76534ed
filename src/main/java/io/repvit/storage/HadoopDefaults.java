package io.repvit.storage;

import org.apache.hadoop.conf.Configuration;

/**
 * Options of {@code repvit-default.xml}. They win over {@code core-site.xml}; options of the job
 * win over them. Hadoop reads some of them once in a JVM, when it first opens an S3A file system.
 */
public final class HadoopDefaults {
  private static final String FILE = "repvit-default.xml";

  private HadoopDefaults() {}

  /** Lets them hold in this JVM; without effect where S3A was used before. */
  public static void load() {
    Configuration.addDefaultResource(FILE);
  }
}
