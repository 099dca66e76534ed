package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.UserException;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * What {@code deploy} and {@code jobs} hand to clusters and schedulers, as far as it can be read.
 */
class DeploymentTest {
  private static final Path KUBERNETES = Path.of("deploy/kubernetes");
  private static final File PYTHON = new File("/usr/bin/python3");

  /** Loads a DAG with stand-ins for Airflow's classes and prints what the task was made with. */
  private static final String STAND_IN =
      """
      import contextlib, json, sys, types
      made = {}
      class Dag(contextlib.nullcontext):
          def __init__(self, **settings):
              super().__init__()
              made["dag"] = settings
      def operator(**settings):
          made["task"] = settings
      for name in ("airflow", "airflow.providers", "airflow.providers.apache",
                   "airflow.providers.apache.spark", "airflow.providers.apache.spark.operators",
                   "airflow.providers.apache.spark.operators.spark_submit"):
          sys.modules[name] = types.ModuleType(name)
      sys.modules["airflow"].DAG = Dag
      sys.modules["airflow.providers.apache.spark.operators.spark_submit"].SparkSubmitOperator = operator
      exec(compile(open(sys.argv[1]).read(), sys.argv[1], "exec"))
      print(json.dumps(made, default=str))
      """;

  @Test
  void theOperatorsRunHasTheSettingsOfEveryRunAndOptionsThatExist() throws Exception {
    JsonNode run = yaml("classify.yaml");
    assertEquals("sparkoperator.k8s.io/v1beta2", run.path("apiVersion").asText());
    assertEquals("SparkApplication", run.path("kind").asText());
    JsonNode spec = run.path("spec");
    assertEquals(Main.class.getName(), spec.path("mainClass").asText());
    assertEquals(ExitCode.DONE, nothingNewCode(spec.path("arguments")));
    Map<String, String> expected = Cli.sparkConf();
    expected.keySet().removeIf(name -> name.startsWith("spark.yarn."));
    var found = new HashMap<String, String>();
    spec.path("sparkConf")
        .fields()
        .forEachRemaining(e -> found.put(e.getKey(), e.getValue().asText()));
    assertEquals(expected, found);
    assertTrue(spec.path("executor").has("memoryOverhead"));
  }

  @Test
  void theNightlyRunIsTheSameAndNeverOverlaps() throws Exception {
    JsonNode nightly = yaml("classify-nightly.yaml");
    assertEquals("ScheduledSparkApplication", nightly.path("kind").asText());
    assertEquals("Forbid", nightly.path("spec").path("concurrencyPolicy").asText());
    assertEquals("Etc/UTC", nightly.path("spec").path("timeZone").asText());
    assertEquals(yaml("classify.yaml").path("spec"), nightly.path("spec").path("template"));
  }

  @Test
  void theImageHasTheFilesThatTheRunNames() throws Exception {
    String dockerfile = Files.readString(Path.of("deploy/Dockerfile"));
    JsonNode spec = yaml("classify.yaml").path("spec");
    String jar = spec.path("mainApplicationFile").asText().replace("local://", "");
    assertTrue(dockerfile.contains(" " + jar + "\n"), jar);
    assertTrue(dockerfile.contains("spark:" + spec.path("sparkVersion").asText()), dockerfile);
    String version = Files.readString(Path.of("pom.xml")).split("<version>")[1].split("<")[0];
    assertTrue(dockerfile.contains("repvit-spark-" + version + "-job.jar"), version);
  }

  @Test
  void airflowsTaskIsReadByPythonAndHasOptionsThatExist() throws Exception {
    assumeTrue(PYTHON.canExecute(), () -> "there is no " + PYTHON);
    JsonNode made = python(STAND_IN, "jobs/airflow/repvit_classify.py");
    assertEquals(1, made.path("dag").path("max_active_runs").asInt());
    JsonNode task = made.path("task");
    assertEquals(Main.class.getName(), task.path("java_class").asText());
    assertEquals("client", task.path("deploy_mode").asText());
    assertTrue(task.path("properties_file").asText().endsWith("/conf/spark.conf"));
    assertEquals(ExitCode.DONE, nothingNewCode(task.path("application_args")));
  }

  private static JsonNode yaml(String name) throws Exception {
    Object read =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(KUBERNETES.resolve(name)));
    return new ObjectMapper().valueToTree(read);
  }

  /** What a script prints, which is JSON. */
  private static JsonNode python(String script, String file) throws Exception {
    Process python =
        new ProcessBuilder(PYTHON.getPath(), "-c", script, file).redirectErrorStream(true).start();
    String text = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, python.waitFor(), text);
    return new ObjectMapper().readTree(text);
  }

  /** The exit code of a quiet night; all arguments are options of {@code classify}. */
  private static int nothingNewCode(JsonNode arguments) throws UserException {
    List<String> words =
        StreamSupport.stream(arguments.spliterator(), false).map(JsonNode::asText).toList();
    var parsed = Main.commandLine().parseArgs(words.toArray(String[]::new));
    assertEquals("classify", parsed.subcommand().commandSpec().name());
    return Settings.of(parsed.subcommand().commandSpec(), null).integer("nothing-new-code");
  }
}
