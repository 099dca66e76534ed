package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.FaultProxy.Fate;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that a store refuses before they begin. */
@Tag("slow")
class StoreRefusalTest extends FaultyStore {
  @ParameterizedTest
  @CsvSource({
    "400, ExpiredToken, renew the credentials",
    "403, InvalidAccessKeyId, check the credentials",
    "403, SignatureDoesNotMatch, check the credentials",
    "301, PermanentRedirect, set fs.s3a.endpoint.region",
    "400, AuthorizationHeaderMalformed, set fs.s3a.endpoint.region",
  })
  void aRefusalFromTheStartIsOneLineAfterAFewRequests(int status, String code, String remedy)
      throws Exception {
    String bucket = "refused-" + code.toLowerCase(Locale.ROOT);
    fill(bucket);
    network.rule(
        request ->
            request.bucket().equals(bucket)
                ? new Fate.Refused(
                    status, code, "as the store says it", List.of("x-amz-bucket-region: eu-west-1"))
                : new Fate.Served());
    String line = classify(bucket).refusal();
    assertTrue(line.contains("s3a://" + bucket + "/") && line.contains(remedy), line);
    assertRequests(bucket, 10);
  }

  @ParameterizedTest
  @CsvSource({"403", "400", "301"})
  void aRefusedModelIsOneLineAfterAFewRequests(int status) throws Exception {
    String bucket = "model-" + status;
    s3.createBucket(bucket);
    s3.put(bucket, "m.onnx", Files.readAllBytes(Cli.MODEL));
    network.rule(
        request ->
            request.bucket().equals(bucket)
                ? new Fate.Refused(status, "NotSaidOfAHead", "")
                : new Fate.Served());
    String line = refusal(spark, "s3a://" + bucket + "/m.onnx", input.toString());
    assertTrue(line.contains("s3a://" + bucket + "/m.onnx"), line);
    assertRequests(bucket, 10);
  }

  @Test
  void anArchivedModelIsRefusedWithItsStorageClass() throws Exception {
    s3.createBucket("archived-model");
    s3.put("archived-model", "m.onnx", Files.readAllBytes(Cli.MODEL));
    network.rule(request -> request.isGet() ? ARCHIVED : new Fate.Served());
    String line = refusal(spark, "s3a://archived-model/m.onnx", input.toString());
    assertTrue(line.contains("s3a://archived-model/m.onnx"), line);
    assertTrue(line.contains("storage class DEEP_ARCHIVE"), line);
    assertRequests("archived-model", 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no.such.Provider", "java.lang.String"})
  void aCredentialsProviderThatIsNoneIsSaidInOneLine(String provider) throws Exception {
    var bad = new HashMap<>(spark);
    String bucket = "provider-" + provider.toLowerCase(Locale.ROOT).replace('.', '-');
    bad.put("spark.hadoop.fs.s3a.bucket." + bucket + ".aws.credentials.provider", provider);
    network.rule(request -> new Fate.Served());
    for (String line :
        List.of(
            refusal(bad, Cli.MODEL.toString(), "s3a://" + bucket + "/images"),
            refusal(bad, "s3a://" + bucket + "/m.onnx", input.toString()))) {
      assertTrue(line.contains("s3a://" + bucket + "/") && line.contains(provider), line);
    }
    assertRequests(bucket, 0);
  }

  @Test
  void aMissingOutputBucketIsRefusedBeforeAnythingIsRead() throws Exception {
    fill("no-output");
    network.rule(request -> new Fate.Served());
    String line = Cli.classify(spark, "s3a://no-output/", "s3a://no-output-anywhere/run").refusal();
    assertTrue(line.contains("s3a://no-output-anywhere/run"), line);
    assertTrue(line.contains("check the bucket's name"), line);
    assertRequests("no-output", 0);
    assertRequests("no-output-anywhere", 10);
  }

  private static String refusal(Map<String, String> spark, String model, String input) {
    String none = folder.resolve("none").toString();
    return Cli.run(spark, "classify", "--model", model, "--input", input, "--output", none)
        .refusal();
  }
}
