package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.S3Server;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said, and what not, where credentials are wrong or stand where they must not. */
@Tag("slow")
class CredentialsTest {
  private static final String SECRET = "wJalrXUtnFEMIhush";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "--input, s3a://AKIAKEY:wJalrXUtnFEMIhush@photos/2026",
    "--input, https://photos.s3.amazonaws.com/a.jpg?X-Amz-Signature=wJalrXUtnFEMIhush",
    "--output, s3a://AKIAKEY:wJalrXUtnFEMIhush@tables/photos",
    "--model, s3a://AKIAKEY:wJalrXUtnFEMIhush@models/m.onnx",
    "--model, https://models.s3.amazonaws.com/m.onnx?X-Amz-Signature=wJalrXUtnFEMIhush",
    "--card, https://h/m.json?X-Amz-Credential=AKIAKEY&X-Amz-Signature=wJalrXUtnFEMIhush",
    "--input, https://storage.googleapis.com/l.csv?X-Goog-Signature=wJalrXUtnFEMIhush",
  })
  void aUriWithCredentialsIsRefusedAndNotRepeated(String option, String uri) {
    var settings = new HashMap<String, String>();
    settings.put("--input", Samples.PHOTOGRAPHS.toString());
    settings.put("--output", folder + "/out");
    settings.put("--model", Cli.MODEL.toString());
    settings.put(option, uri);
    var args = new ArrayList<String>(List.of("classify"));
    settings.forEach((name, value) -> args.addAll(List.of(name, value)));
    Cli.Ended ended = Cli.run(args.toArray(String[]::new));
    String line = ended.refusal();
    assertTrue(line.contains(option.substring(2) + " contains a URI with credentials"), line);
    assertNoSecret(ended);
  }

  @Test
  void neitherIsOneInASettingsFileNorOneInTheWrongPlace() throws Exception {
    Path settings = folder.resolve("photos.conf");
    Files.writeString(settings, "input = [\"s3a://AKIAKEY:" + SECRET + "@photos/\"]\n");
    assertNoSecret(Cli.run("classify", "--config", settings.toString()));
    assertNoSecret(Cli.run("classify", "s3a://AKIAKEY:" + SECRET + "@photos/"));
    assertNoSecret(Cli.run("classify", "--inptu", "s3a://AKIAKEY:" + SECRET + "@photos/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://AKIAKEY:" + SECRET + "@photos/a.jpg",
        "https://photos.s3.amazonaws.com/a.jpg?X-Amz-Credential=AKIAKEY&X-Amz-Signature=" + SECRET
      })
  void aListWithSuchAPathIsRefused(String path) throws Exception {
    Path list = folder.resolve("list.txt");
    Files.writeString(list, path + "\n");
    Cli.Ended ended =
        Cli.classify(Map.of(), list.toString(), folder + "/out", "--input-format", "paths");
    assertTrue(ended.refusal().contains("list.txt has a path with credentials"), ended.err());
    assertNoSecret(ended);
  }

  @Test
  void aSignedCheckpointThatFailsIsNamedWithoutItsSignature() throws Exception {
    int closed;
    try (var socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    String address = "https://localhost:" + closed + "/m.pth?X-Amz-Signature=" + SECRET;
    var args = List.of("export", "--checkpoint", address, "--sha256", "0".repeat(64));
    var all = new ArrayList<>(args);
    all.addAll(List.of("--labels", "imagenet-1k", "--output", folder + "/m.onnx"));
    all.addAll(List.of("--cache", folder + "/cache"));
    Cli.Ended ended = Cli.run(all.toArray(String[]::new));
    assertEquals(ExitCode.FAILED, ended.exit(), ended.err());
    assertTrue(ended.err().contains("checkpoint https://localhost/m.pth: "), ended.err());
    assertFalse((ended.out() + ended.err()).contains(SECRET), ended.err());
    var leaks = new Leaks(SECRET);
    leaks.inFiles(folder);
    assertEquals(List.of(), leaks.found());
  }

  @Test
  void unknownCredentialsAreRefusedInOneLineWithoutThem() throws Exception {
    try (S3Server s3 = S3Server.start(folder)) {
      s3.createBucket("wrong-credentials");
      for (String wrong : List.of("fs.s3a.access.key", "fs.s3a.secret.key")) {
        Map<String, String> spark = Cli.sparkConf(s3);
        spark.put("spark.hadoop." + wrong, SECRET);
        spark.put("spark.hadoop.fs.s3a.impl.disable.cache", "true");
        Cli.Ended ended = Cli.classify(spark, "s3a://wrong-credentials/", folder + "/out");
        String line = ended.refusal();
        assertTrue(line.contains("s3a://wrong-credentials/"), line);
        assertTrue(line.contains("check the credentials"), line);
        assertNoSecret(ended);
        s3.hadoopProperties().values().stream()
            .filter(value -> value.matches("TEST.*|[0-9a-f]{40}"))
            .forEach(right -> assertFalse(line.contains(right), line));
      }
    }
  }

  @Test
  void theStackTraceOfAFailureIsLoggedWholeButWithoutThem() {
    var cause = new IOException("GET https://h/a.jpg?X-Amz-Signature=" + SECRET + ": 403");
    String trace =
        Failure.trace(
            new IllegalStateException("s3a://AKIAKEY:" + SECRET + "@photos/a.jpg", cause));
    assertFalse(trace.contains(SECRET), trace);
    assertFalse(trace.contains("AKIAKEY"), trace);
    assertTrue(trace.contains("Caused by: java.io.IOException: GET https://h/a.jpg?"), trace);
    assertTrue(trace.contains("at io.repvit.cli.CredentialsTest."), trace);
  }

  @Test
  void aModelThatIsNotThePinnedOneIsRefusedWithBothHashes() {
    String pin = "0".repeat(64);
    String line =
        Cli.classify(
                Map.of(), Samples.PHOTOGRAPHS.toString(), folder + "/out", "--model-sha256", pin)
            .refusal();
    assertTrue(line.contains("has SHA-256 ") && line.contains("expected " + pin), line);
  }

  private static void assertNoSecret(Cli.Ended ended) {
    assertEquals(ExitCode.BAD_INPUT, ended.exit(), ended.err());
    assertFalse((ended.out() + ended.err()).contains(SECRET), ended.err());
    assertFalse((ended.out() + ended.err()).contains("AKIAKEY"), ended.err());
  }
}
