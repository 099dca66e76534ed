package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The files of {@code deploy/kubernetes}, by the schemas of Kubernetes and of the operators, and
 * against the settings and options of this project.
 */
class KubernetesTest {
  private static final Path FOLDER = Path.of("deploy/kubernetes");
  static final String KUBEFLOW = "kubeflow/classify.yaml";
  private static final String APACHE = "apache/classify.yaml";

  private static KubernetesSchemas schemas;

  @BeforeAll
  static void readSchemas() throws IOException {
    schemas = new KubernetesSchemas();
  }

  @Test
  void everyObjectIsValidByItsOwnersSchema() throws Exception {
    var errors = new HashMap<String, List<String>>();
    int objects = 0;
    for (String file : files()) {
      for (JsonNode object : KubernetesSchemas.objects(text(file))) {
        objects++;
        List<String> found = schemas.errors(object);
        if (!found.isEmpty()) {
          errors.put(file, found);
        }
      }
    }
    assertEquals(Map.of(), errors);
    assertEquals(11, objects);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kubeflow/classify.yaml | mainClass:            | mainClas:             | /spec: property 'mainClas'
          kubeflow/classify.yaml | sparkVersion: 4.2.0   |                       | /spec: required property 'sparkVersion'
          kubeflow/classify.yaml | type: OnFailure       | type: OnMonday        | /spec/restartPolicy/type: does not have a value in the enumeration
          kubeflow/classify.yaml | onFailureRetries: 1   | onFailureRetries: -1  | /spec/restartPolicy/onFailureRetries: must have a minimum value of 0
          kubeflow/classify.yaml | instances: 4          | instances: four       | /spec/executor/instances: string found, integer expected
          kubeflow/classify.yaml | "false"               | false                 | /spec/sparkConf/spark.hadoop.fs.s3a.audit.enabled: boolean found, string expected
          kubeflow/classify.yaml | runAsNonRoot:         | runAsNonroot:         | /spec/driver/template/spec/securityContext: property 'runAsNonroot'
          kubeflow/nightly.yaml  | concurrencyPolicy     | concurencyPolicy      | /spec: property 'concurencyPolicy'
          kubeflow/nightly.yaml  | schedule: "30 1 * * *" |                      | /spec: required property 'schedule'
          apache/classify.yaml   | OnInfrastructureFailure | OnInfraFailure      | /spec/applicationTolerations/restartConfig/restartPolicy: does not have a value in the enumeration
          apache/classify.yaml   | jars:                 | mainApplicationFile:  | /spec: property 'mainApplicationFile'
          apache/classify.yaml   | sparkVersion: 4.2.0   | scalaVersion: "2.13"  | /spec/runtimeVersions: required property 'sparkVersion'
          apache/classify.yaml   | runAsNonRoot:         | runAsNonroot:         | /spec/driverSpec/podTemplateSpec/spec/securityContext: property 'runAsNonroot'
          apache/classify.yaml   | namespace:            | nameSpace:            | /metadata: property 'nameSpace'
          apache/nightly.yaml    | backoffLimit: 3       | backoffLimit: three   | /spec/jobTemplate/spec/backoffLimit: string found, integer expected
          apache/nightly.yaml    | serviceAccountName    | serviceAcountName     | /spec/jobTemplate/spec/template/spec: property 'serviceAcountName'
          apache/nightly.yaml    | verbs: [create]       |                       | /rules/0: required property 'verbs'
          namespace.yaml         | kind: Role            | kind: Rolle           | no schema of rbac.authorization.k8s.io/v1 Rolle
          """)
  void aWrongFieldIsNamed(String file, String right, String wrong, String expected)
      throws Exception {
    String text = text(file);
    assertTrue(text.contains(right), right);
    String changed = text.replace(right, wrong == null ? "" : wrong);
    List<String> errors =
        KubernetesSchemas.objects(changed).stream()
            .flatMap(o -> schemas.errors(o).stream())
            .toList();
    assertTrue(errors.stream().anyMatch(error -> error.startsWith(expected)), errors.toString());
  }

  @Test
  void bothOperatorsRunTheSameWithTheSettingsOfEveryRun() throws Exception {
    JsonNode kubeflow = object(KUBEFLOW).path("spec");
    JsonNode apache = object(APACHE).path("spec");
    Map<String, String> expected = Cli.sparkConf();
    expected.keySet().removeIf(name -> name.startsWith("spark.yarn."));
    assertEquals(expected, strings(kubeflow.path("sparkConf")));
    expected.putAll(asProperties(kubeflow));
    assertEquals(expected, strings(apache.path("sparkConf")));

    assertEquals(kubeflow.path("arguments"), apache.path("driverArgs"));
    assertEquals(kubeflow.path("mainApplicationFile"), apache.path("jars"));
    assertEquals(Main.class.getName(), kubeflow.path("mainClass").asText());
    assertEquals(Main.class.getName(), apache.path("mainClass").asText());
    assertEquals(
        kubeflow.path("sparkVersion"), apache.path("runtimeVersions").path("sparkVersion"));
  }

  @Test
  void theOptionsExistAndAQuietNightIsNoFailure() throws Exception {
    assertEquals(ExitCode.DONE, nothingNewCode(object(KUBEFLOW).path("spec").path("arguments")));
  }

  @Test
  void kubeflowsNightlyRunIsTheSameAndNeverOverlaps() throws Exception {
    JsonNode spec = object("kubeflow/nightly.yaml").path("spec");
    assertEquals("Forbid", spec.path("concurrencyPolicy").asText());
    assertEquals("Etc/UTC", spec.path("timeZone").asText());
    assertEquals(object(KUBEFLOW).path("spec"), spec.path("template"));
  }

  @Test
  void apachesNightlyJobMayCreateTheApplicationThatItReads() throws Exception {
    List<JsonNode> nightly = KubernetesSchemas.objects(text("apache/nightly.yaml"));
    JsonNode spec = nightly.get(0).path("spec");
    assertEquals("Forbid", spec.path("concurrencyPolicy").asText());
    JsonNode pod = spec.path("jobTemplate").path("spec").path("template").path("spec");
    JsonNode kustomization = object("apache/kustomization.yaml");
    JsonNode generated = kustomization.path("configMapGenerator").get(0);
    assertEquals(generated.path("name"), pod.path("volumes").get(0).path("configMap").path("name"));
    String file = generated.path("files").get(0).asText();
    assertEquals(
        "[\"create\",\"--filename\",\"/application/" + file + "\"]",
        pod.path("containers").get(0).path("args").toString());

    JsonNode rule = nightly.get(2).path("rules").get(0);
    JsonNode application = object("apache/" + file);
    assertTrue(application.path("metadata").has("name"), "only a fixed name prevents overlaps");
    String group = rule.path("apiGroups").get(0).asText();
    assertTrue(application.path("apiVersion").asText().startsWith(group + "/"), group);
    JsonNode subject = nightly.get(3).path("subjects").get(0);
    assertEquals(pod.path("serviceAccountName"), subject.path("name"));
    assertEquals(nightly.get(1).path("metadata").path("name"), subject.path("name"));
    assertEquals(application.path("metadata").path("namespace"), subject.path("namespace"));
    assertEquals(kustomization.path("namespace"), subject.path("namespace"));
  }

  /** What Kubeflow's operator has fields for, as properties of Spark. */
  private static Map<String, String> asProperties(JsonNode spec) {
    JsonNode driver = spec.path("driver");
    JsonNode executor = spec.path("executor");
    return Map.of(
        "spark.kubernetes.container.image",
        spec.path("image").asText(),
        "spark.kubernetes.authenticate.driver.serviceAccountName",
        driver.path("serviceAccount").asText(),
        "spark.driver.cores",
        driver.path("cores").asText(),
        "spark.driver.memory",
        driver.path("memory").asText(),
        "spark.executor.instances",
        executor.path("instances").asText(),
        "spark.executor.cores",
        executor.path("cores").asText(),
        "spark.executor.memory",
        executor.path("memory").asText(),
        "spark.executor.memoryOverhead",
        executor.path("memoryOverhead").asText());
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> !file.endsWith("kustomization.yaml"))
          .map(file -> FOLDER.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  static JsonNode object(String file) throws IOException {
    return KubernetesSchemas.objects(text(file)).get(0);
  }

  private static String text(String file) throws IOException {
    return Files.readString(FOLDER.resolve(file));
  }

  private static Map<String, String> strings(JsonNode object) {
    return new ObjectMapper().convertValue(object, new TypeReference<Map<String, String>>() {});
  }

  /** The exit code of a quiet night; all arguments are options of {@code classify}. */
  static int nothingNewCode(JsonNode arguments) throws UserException {
    List<String> words =
        StreamSupport.stream(arguments.spliterator(), false).map(JsonNode::asText).toList();
    var parsed = Main.commandLine().parseArgs(words.toArray(String[]::new));
    assertEquals("classify", parsed.subcommand().commandSpec().name());
    return Settings.of(parsed.subcommand().commandSpec(), null).integer("nothing-new-code");
  }
}
