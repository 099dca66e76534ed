package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What {@code deploy} hands to builders of images, as far as it can be read. */
class DeploymentTest {
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
}
