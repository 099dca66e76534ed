package io.repvit.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real S3 server (S3Proxy over a directory) in a child JVM: SigV4 required, path style, plain
 * HTTP on a port of its own, with an optional delay on every request.
 *
 * <p>A bucket is a directory and an object a file in it, so a test may read, damage or delete
 * objects on disk; {@link #put} fills a bucket fast.
 *
 * <pre>{@code
 * try (S3Server s3 = S3Server.start(temporaryFolder)) {
 *   s3.createBucket("images");
 *   s3.hadoopProperties().forEach(configuration::set);
 *   ...
 * }
 * }</pre>
 *
 * <p>Hadoop caches file systems by bucket name for the life of the JVM. Where {@code
 * FileSystem.newInstance} is out of reach, as in Spark, give every server's bucket another name.
 */
public final class S3Server implements AutoCloseable {
  /** Extended attribute in which S3Proxy 4.1.0 keeps the ETag: 16 bytes, not hexadecimal. */
  private static final String ETAG_ATTRIBUTE = "user.content-md5";

  /** S3's rules without dots, which would break virtual hosts elsewhere. */
  private static final Pattern BUCKET_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

  private final S3Proxy server;
  private final Path buckets;
  private final String accessKey;
  private final String secretKey;

  private S3Server(S3Proxy server, Path buckets, String accessKey, String secretKey) {
    this.server = server;
    this.buckets = buckets;
    this.accessKey = accessKey;
    this.secretKey = secretKey;
  }

  /** Starts a server without added delay; see {@link #start(Path, Duration)}. */
  public static S3Server start(Path root) {
    return start(root, Duration.ZERO);
  }

  /**
   * Starts a server in a new directory below {@code root} and returns when it accepts connections.
   *
   * @param latency added to every request before it is served, whole milliseconds; a few requests
   *     that S3Proxy serves in several steps (completing an upload) wait several times
   * @throws IllegalStateException if the child exits or is not ready in time; carries its log
   */
  public static S3Server start(Path root, Duration latency) {
    if (latency.isNegative()) {
      throw new IllegalArgumentException("latency is " + latency + ", must not be negative");
    }
    if (!Files.isRegularFile(S3Proxy.JAR)) {
      throw new IllegalStateException(
          S3Proxy.JAR.toAbsolutePath()
              + " is missing; run 'mvn generate-test-resources', which copies S3Proxy there, or"
              + " point -Drepvit.s3proxy.jar at it");
    }
    try {
      Path home = Files.createTempDirectory(Files.createDirectories(root), "s3-");
      return launch(home.toAbsolutePath(), latency);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start an S3 server below " + root, e);
    }
  }

  private static S3Server launch(Path home, Duration latency) throws IOException {
    Path buckets = Files.createDirectory(home.resolve("buckets"));
    String accessKey = "TEST" + random(8).toUpperCase(Locale.ROOT);
    String secretKey = random(20);

    Properties properties = new Properties();
    properties.setProperty("s3proxy.endpoint", "http://127.0.0.1:0");
    properties.setProperty("s3proxy.authorization", "aws-v4");
    // It knows of no session tokens and would answer 501.
    properties.setProperty("s3proxy.ignore-unknown-headers", "true");
    properties.setProperty("s3proxy.identity", accessKey);
    properties.setProperty("s3proxy.credential", secretKey);
    properties.setProperty("jclouds.provider", "filesystem-nio2");
    properties.setProperty("jclouds.filesystem.basedir", buckets.toString());
    if (!latency.isZero()) {
      properties.setProperty(
          "s3proxy.latency-blobstore.*.latency", Long.toString(latency.toMillis()));
    }
    return new S3Server(S3Proxy.start(home, properties), buckets, accessKey, secretKey);
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** For example {@code http://127.0.0.1:41234}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  /** The {@code fs.s3a.*} options with which Hadoop reaches this server, credentials included. */
  public Map<String, String> hadoopProperties() {
    return new TreeMap<>(
        Map.of(
            "fs.s3a.endpoint", endpoint().toString(),
            "fs.s3a.endpoint.region", "us-east-1",
            "fs.s3a.path.style.access", "true",
            "fs.s3a.connection.ssl.enabled", "false",
            // Only these keys: never what the environment of the build happens to hold.
            "fs.s3a.aws.credentials.provider",
                "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
            "fs.s3a.access.key", accessKey,
            "fs.s3a.secret.key", secretKey));
  }

  /** {@link #hadoopProperties} as properties of Spark. */
  public Map<String, String> sparkProperties() {
    var spark = new TreeMap<String, String>();
    hadoopProperties().forEach((name, value) -> spark.put("spark.hadoop." + name, value));
    return spark;
  }

  /**
   * Creates an empty bucket.
   *
   * @return its directory: the object {@code s3a://NAME/a/b.png} is the file {@code a/b.png} in it
   */
  public Path createBucket(String name) {
    if (!BUCKET_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "bucket '" + name + "' must be 3 to 63 of a-z, 0-9 and inner hyphens");
    }
    try {
      return Files.createDirectory(buckets.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create bucket '" + name + "' in " + buckets, e);
    }
  }

  /** Creates a bucket with every file below {@code content}, as {@link #put} stores them. */
  public Path createBucket(String name, Path content) throws IOException {
    Path bucket = createBucket(name);
    try (Stream<Path> files = Files.walk(content)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        put(name, content.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return bucket;
  }

  /** The directory of a bucket that was created. */
  public Path bucket(String name) {
    return buckets.resolve(name);
  }

  /**
   * Stores an object without a request: a file with its MD5 beside it, as S3Proxy stores one.
   *
   * <p>A file that is merely copied into the bucket has no ETag, and S3A refuses to read it
   * ("Change detection policy requires ETag").
   *
   * @return its file, which may be damaged or deleted
   */
  public Path put(String bucket, String key, byte[] content) {
    Path directory = buckets.resolve(bucket);
    Path file = directory.resolve(key).normalize();
    if (!file.startsWith(directory) || file.equals(directory)) {
      throw new IllegalArgumentException("key '" + key + "' leaves the bucket '" + bucket + "'");
    }
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException("no bucket '" + bucket + "'; call createBucket first");
    }
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      byte[] md5 = MessageDigest.getInstance("MD5").digest(content);
      Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
          .write(ETAG_ATTRIBUTE, ByteBuffer.wrap(md5));
      return file;
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "cannot store " + file + "; its file system must allow extended attributes", e);
    }
  }

  /** The child, for tests of its life and death. */
  ProcessHandle process() {
    return server.process().toHandle();
  }

  /** Ends the child and waits until it is gone; what it stored stays on disk. */
  @Override
  public void close() {
    server.close();
  }

  /**
   * For scripts: {@code S3Server DIRECTORY LATENCY_MS [BUCKET=FOLDER...]} stores the files of each
   * folder in a new bucket, prints Spark properties that reach the server, then {@code # ready},
   * and serves until standard input ends or it is killed.
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      throw new IllegalArgumentException("usage: S3Server DIRECTORY LATENCY_MS [BUCKET=FOLDER...]");
    }
    try (S3Server server = start(Path.of(args[0]), Duration.ofMillis(Long.parseLong(args[1])))) {
      for (String bucket : List.of(args).subList(2, args.length)) {
        server.createBucket(bucket.split("=", 2)[0], Path.of(bucket.split("=", 2)[1]));
      }
      server.sparkProperties().forEach((name, value) -> System.out.println(name + " " + value));
      System.out.println("# ready");
      System.out.flush();
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
