package io.repvit.storage;

import org.apache.hadoop.conf.Configuration;

/**
 * Adds {@code repvit-default.xml} to Hadoop's default resources. Its options override those of
 * {@code core-site.xml}; options of the job override both. Hadoop reads some options once per JVM,
 * when it opens the first S3A file system.
 */
public final class HadoopDefaults {
  private static final String FILE = "repvit-default.xml";

  private HadoopDefaults() {}

  /** Applies the options to this JVM. Call it before the first S3A file system is opened. */
  public static void load() {
    Configuration.addDefaultResource(FILE);
  }
}
