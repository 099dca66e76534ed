package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What {@code deploy} and {@code jobs} hand to clusters and schedulers, as far as it can be read.
 */
class DeploymentTest {
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
  void theImageHasTheFilesThatTheRunsNameAndTheirUser() throws Exception {
    String dockerfile = Files.readString(Path.of("deploy/Dockerfile"));
    JsonNode spec = KubernetesTest.object(KubernetesTest.KUBEFLOW).path("spec");
    String jar = spec.path("mainApplicationFile").asText().replace("local://", "");
    assertTrue(dockerfile.contains(" " + jar + "\n"), jar);
    assertTrue(dockerfile.contains("spark:" + spec.path("sparkVersion").asText()), dockerfile);
    JsonNode pod = spec.path("driver").path("template").path("spec");
    String user = pod.path("securityContext").path("runAsUser").asText();
    assertTrue(dockerfile.endsWith("\nUSER " + user + "\n"), user);
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
    assertEquals(ExitCode.DONE, KubernetesTest.nothingNewCode(task.path("application_args")));
  }

  /** What a script prints, which is JSON. */
  private static JsonNode python(String script, String file) throws Exception {
    Process python =
        new ProcessBuilder(PYTHON.getPath(), "-c", script, file).redirectErrorStream(true).start();
    String text = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, python.waitFor(), text);
    return new ObjectMapper().readTree(text);
  }
}
