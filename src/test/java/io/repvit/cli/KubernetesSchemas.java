package io.repvit.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Validates objects as an API server does with strict validation of fields: also a field that the
 * schema does not have is an error. The schemas are in {@code src/test/resources/kubernetes}.
 */
final class KubernetesSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Path.of("src/test/resources/kubernetes");
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  private static final String POD = "io.k8s.api.core.v1.PodTemplateSpec";

  private final SchemaRegistry registry = SchemaRegistry.withDialect(Dialects.getOpenApi30());

  /** The types by name, as OpenAPI has them. */
  private final ObjectNode types = JSON.createObjectNode();

  /** The names of the types by API version and kind. */
  private final Map<String, String> kinds = new HashMap<>();

  private final Map<String, Schema> compiled = new HashMap<>();

  KubernetesSchemas() throws IOException {
    for (String file :
        List.of("api__v1", "apis__batch__v1", "apis__rbac.authorization.k8s.io__v1")) {
      addOpenApi(read(file + "_openapi.json.gz"));
    }
    for (String kind : List.of("sparkapplications", "scheduledsparkapplications")) {
      addDefinition(read("sparkoperator.k8s.io_" + kind + ".yaml.gz"));
    }
    JsonNode apache = read("apache-spark-operator.yaml");
    types.setAll((ObjectNode) apache.path("components").path("schemas"));
    kinds.put("spark.apache.org/v1 SparkApplication", "SparkApplication");
    types.forEach(KubernetesSchemas::close);
  }

  /** What is wrong with an object, with the place; empty if nothing is. */
  List<String> errors(JsonNode object) {
    String kind = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    String type = kinds.get(kind);
    if (type == null) {
      return List.of("no schema of " + kind);
    }
    return compiled.computeIfAbsent(type, this::compile).validate(object).stream()
        .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
        .toList();
  }

  /** The objects of a file. */
  static List<JsonNode> objects(String yaml) {
    Iterable<Object> read = new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml);
    return StreamSupport.stream(read.spliterator(), false)
        .map(object -> (JsonNode) JSON.valueToTree(object))
        .toList();
  }

  private Schema compile(String type) {
    ObjectNode schema = JSON.createObjectNode();
    schema.putObject("components").set("schemas", types);
    schema.putArray("allOf").addObject().put("$ref", "#/components/schemas/" + type);
    return registry.getSchema(schema);
  }

  private void addOpenApi(JsonNode document) {
    JsonNode schemas = document.path("components").path("schemas");
    types.setAll((ObjectNode) schemas);
    schemas
        .fields()
        .forEachRemaining(
            entry -> {
              for (JsonNode kind : entry.getValue().path("x-kubernetes-group-version-kind")) {
                kinds.put(versionAndKind(kind), entry.getKey());
              }
            });
  }

  private static String versionAndKind(JsonNode kind) {
    String group = kind.path("group").asText();
    return (group.isEmpty() ? "" : group + "/")
        + kind.path("version").asText()
        + " "
        + kind.path("kind").asText();
  }

  /**
   * A CustomResourceDefinition leaves the type of the metadata to the API server, and Kubeflow's
   * leaves pod templates to Spark.
   */
  private void addDefinition(JsonNode definition) {
    JsonNode spec = definition.path("spec");
    String kind = spec.path("names").path("kind").asText();
    for (JsonNode version : spec.path("versions")) {
      var schema = (ObjectNode) version.path("schema").path("openAPIV3Schema");
      refer(schema.path("properties"), "metadata", META);
      for (JsonNode pod : schema.findParents("template")) {
        if (pod.path("template").has("x-kubernetes-preserve-unknown-fields")) {
          refer(pod, "template", POD);
        }
      }
      String name = spec.path("group").asText() + "/" + version.path("name").asText() + " " + kind;
      types.set(name.replaceAll("\\W", "."), schema);
      kinds.put(name, name.replaceAll("\\W", "."));
    }
  }

  private static void refer(JsonNode properties, String name, String type) {
    ((ObjectNode) properties).putObject(name).put("$ref", "#/components/schemas/" + type);
  }

  /** Lets a schema refuse fields that it does not have. */
  private static void close(JsonNode schema) {
    if (!(schema instanceof ObjectNode object)) {
      return;
    }
    if (object.has("properties")
        && !object.has("additionalProperties")
        && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      object.put("additionalProperties", false);
    }
    object.path("properties").forEach(KubernetesSchemas::close);
    Stream.of("items", "additionalProperties").map(object::path).forEach(KubernetesSchemas::close);
    Stream.of("allOf", "anyOf", "oneOf")
        .forEach(key -> object.path(key).forEach(KubernetesSchemas::close));
  }

  private static JsonNode read(String name) throws IOException {
    try (InputStream file = Files.newInputStream(FOLDER.resolve(name));
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(file) : file) {
      return name.contains(".json")
          ? JSON.readTree(in)
          : JSON.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(in));
    }
  }
}
