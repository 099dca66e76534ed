package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.Await;
import io.repvit.testing.S3Server;
import io.repvit.testing.StsServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with {@code conf/spark.conf} and credentials from a web identity or a profile. */
@Tag("slow")
class CredentialProvidersTest {
  private static final String ROLE = "arn:aws:iam::123456789012:role/classify";
  private static final String TOKEN = "token-of-the-service-account";

  /** No server listens here, as at the address of EC2's metadata outside EC2. */
  private static final String NOBODY = "http://127.0.0.1:9";

  @TempDir static Path servers;
  private static S3Server s3;
  private static String accessKey;
  private static String secretKey;

  @TempDir Path folder;
  private Path home;
  private Path temporary;

  @BeforeAll
  static void start() throws Exception {
    // The latency keeps an upload on disk long enough to be seen.
    s3 = S3Server.start(servers, Duration.ofMillis(50));
    accessKey = String.valueOf(s3.hadoopProperties().get("fs.s3a.access.key"));
    secretKey = String.valueOf(s3.hadoopProperties().get("fs.s3a.secret.key"));
    Path images = servers.resolve("images");
    Samples.garments(images, 1);
    s3.createBucket("provider-images", images);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @BeforeEach
  void makeFolders() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    temporary = Files.createDirectory(home.resolve("tmp"));
  }

  @Test
  void aWebIdentityReadsAndWritesAndUploadBuffersArePrivate() throws Exception {
    Path tables = s3.createBucket("identity-tables");
    Path token = Files.writeString(folder.resolve("token"), TOKEN);
    try (var sts = StsServer.start(folder, s3, TOKEN, ROLE);
        var child =
            classify(
                "s3a://identity-tables/run",
                sts.jvmOptions(),
                Map.of(
                    "AWS_WEB_IDENTITY_TOKEN_FILE",
                    token.toString(),
                    "AWS_ROLE_ARN",
                    ROLE,
                    "AWS_REGION",
                    StsServer.REGION))) {
      var readable = new TreeSet<String>();
      var seen = new TreeSet<Path>();
      Await.until(
          "the command has ended",
          () -> {
            for (Path block : uploadBlocks()) {
              seen.add(block);
              if (othersMayReach(block)) {
                readable.add(block.toString());
              }
            }
            return !child.isAlive();
          });
      assertDone(child, tables.resolve("run"));
      assertFalse(seen.isEmpty(), "no upload was seen");
      assertEquals(List.of(), List.copyOf(readable));
      assertFalse(sts.answers().isEmpty());
      assertEquals(List.of("200"), sts.answers().stream().distinct().toList());
    }
    assertEquals(List.of(), uploadFolders(), "the folder of the uploads is deleted");
    assertNoLeak(TOKEN, StsServer.SESSION_TOKEN);
  }

  @Test
  void aProfileServesWhereTheTokenOfAnIdentityIsMissing() throws Exception {
    Path tables = s3.createBucket("profile-tables");
    Path file = credentialsFile();
    try (var child =
        classify(
            "s3a://profile-tables/run",
            "",
            Map.of(
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                folder + "/absent",
                "AWS_ROLE_ARN",
                ROLE,
                "AWS_REGION",
                StsServer.REGION,
                "AWS_SHARED_CREDENTIALS_FILE",
                file.toString(),
                "AWS_PROFILE",
                "night"))) {
      assertDone(child, tables.resolve("run"));
    }
    assertNoLeak();
  }

  @Test
  void aProfileThatDoesNotExistIsRefusedInOneLine() throws Exception {
    Path file = credentialsFile();
    try (var child =
        classify(
            folder + "/out",
            "",
            Map.of(
                "AWS_SHARED_CREDENTIALS_FILE",
                file.toString(),
                "AWS_PROFILE",
                "absent",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT",
                NOBODY))) {
      assertEquals(ExitCode.BAD_INPUT, child.await(120), child.err());
      List<String> lines =
          child.err().lines().filter(l -> !l.matches("(WARNING|NOTE): .*")).toList();
      assertEquals(1, lines.size(), child.err());
      assertTrue(lines.get(0).contains("no credentials for profile 'absent'"), lines.get(0));
      assertTrue(lines.get(0).endsWith("fs.s3a.aws.credentials.provider, on every machine"));
      assertFalse(lines.get(0).contains("ProfileFile("), lines.get(0));
    }
    assertNoLeak();
  }

  private Path credentialsFile() throws IOException {
    return Files.writeString(
        folder.resolve("credentials"),
        """
        [default]
        aws_access_key_id = ANOTHER
        aws_secret_access_key = hush
        [night]
        aws_access_key_id = %s
        aws_secret_access_key = %s
        """
            .formatted(accessKey, secretKey));
  }

  private ChildSpark classify(String output, String jvmOptions, Map<String, String> aws)
      throws IOException {
    var environment = new HashMap<>(aws);
    environment.put("JDK_JAVA_OPTIONS", jvmOptions);
    var args = new ArrayList<>(List.of("--master", "local[2]"));
    Map<String, String> s3a = s3.hadoopProperties();
    for (String name : List.of("endpoint", "endpoint.region", "path.style.access")) {
      args.addAll(
          List.of("--conf", "spark.hadoop.fs.s3a." + name + "=" + s3a.get("fs.s3a." + name)));
    }
    args.addAll(List.of("spark-internal", "classify", "--model", Cli.MODEL.toString()));
    args.addAll(List.of("--input", "s3a://provider-images/", "--output", output));
    args.addAll(List.of("--date", Tables.DATE, "--run-id", Tables.RUN));
    String classPath = "target/classes:" + Files.readString(ChildSpark.classPathFile());
    return ChildSpark.submit(home, "1g", classPath, environment, args.toArray(String[]::new));
  }

  private static void assertDone(ChildSpark child, Path run) throws Exception {
    assertEquals(ExitCode.DONE, child.await(120), child.err());
    assertEquals(10, Tables.manifest(run).get("predicted").asInt());
  }

  /** Looks for secrets in what the command printed and in the tables of all runs. */
  private void assertNoLeak(String... more) throws IOException {
    var secrets = new ArrayList<>(List.of(accessKey, secretKey, "hush"));
    secrets.addAll(List.of(more));
    var leaks = new Leaks(secrets.toArray(String[]::new));
    assertTrue(leaks.inFiles(home) > 1, "standard output and error");
    for (String tables : List.of("identity-tables", "profile-tables")) {
      if (Files.exists(s3.bucket(tables))) {
        leaks.inFiles(s3.bucket(tables));
      }
    }
    assertEquals(List.of(), leaks.found());
  }

  private List<Path> uploadFolders() throws IOException {
    try (var entries = Files.list(temporary)) {
      return entries.filter(f -> f.getFileName().toString().startsWith("repvit-uploads-")).toList();
    }
  }

  /** Blocks of uploads that are on local disk now. */
  private List<Path> uploadBlocks() throws IOException {
    var blocks = new ArrayList<Path>();
    for (Path uploads : uploadFolders()) {
      File[] found = uploads.resolve("s3a").toFile().listFiles(); // null once it is deleted
      for (File block : found == null ? new File[0] : found) {
        blocks.add(block.toPath());
      }
    }
    return blocks;
  }

  /** Whether other users may enter every folder from the temporary folder to the block. */
  private boolean othersMayReach(Path block) throws IOException {
    Path reached = temporary;
    for (Path name : temporary.relativize(block)) {
      reached = reached.resolve(name);
      if (PosixFilePermissions.toString(Files.getPosixFilePermissions(reached))
          .endsWith("------")) {
        return false;
      }
    }
    return true;
  }
}
