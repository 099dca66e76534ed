package io.repvit.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.repvit.inference.Product;
import io.repvit.metrics.Drift;
import io.repvit.run.RunEnd;
import java.util.Locale;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Facets of OpenLineage's specification and the one of this project, each with its version. */
final class Facets {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final String VERSION = Product.NAME.substring(Product.NAME.indexOf(' ') + 1);

  /** The value of {@code _producer}. */
  static final String PRODUCER = "urn:repvit-spark:" + VERSION;

  /** The specification that events follow. */
  static final String SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json";

  private static final String STANDARD = "https://openlineage.io/spec/facets/";

  private Facets() {}

  private static ObjectNode facet(String schema) {
    return JSON.createObjectNode().put("_producer", PRODUCER).put("_schemaURL", schema);
  }

  private static ObjectNode standard(String version, String name) {
    return facet(STANDARD + version + "/" + name + ".json#/$defs/" + name);
  }

  static ObjectNode classification() {
    return facet(
        "urn:repvit-spark:openlineage:1-0-0:ClassificationRunFacet.json#/$defs/ClassificationRunFacet");
  }

  static ObjectNode nominalTime(String date) {
    return standard("1-0-1", "NominalTimeRunFacet").put("nominalStartTime", date + "T00:00:00Z");
  }

  static ObjectNode engine(String sparkVersion) {
    return standard("1-1-1", "ProcessingEngineRunFacet")
        .put("name", "spark")
        .put("version", sparkVersion)
        .put("openlineageAdapterVersion", VERSION);
  }

  static ObjectNode error(String message) {
    return standard("1-0-1", "ErrorMessageRunFacet")
        .put("message", message)
        .put("programmingLanguage", "JAVA");
  }

  static ObjectNode jobType() {
    return standard("2-0-4", "JobTypeJobFacet")
        .put("processingType", "BATCH")
        .put("integration", "REPVIT_SPARK")
        .put("jobType", "JOB");
  }

  static ObjectNode parent(LineageParent parent) {
    ObjectNode facet = standard("1-2-0", "ParentRunFacet");
    facet.putObject("run").put("runId", parent.run());
    facet.putObject("job").put("namespace", parent.namespace()).put("name", parent.job());
    return facet;
  }

  static ObjectNode version(String version) {
    return standard("1-0-1", "DatasetVersionDatasetFacet").put("datasetVersion", version);
  }

  static ObjectNode inputStatistics(long rows, long bytes) {
    return standard("1-0-0", "InputStatisticsInputDatasetFacet")
        .put("rowCount", rows)
        .put("size", bytes);
  }

  static ObjectNode outputStatistics(long rows) {
    return standard("1-0-2", "OutputStatisticsOutputDatasetFacet").put("rowCount", rows);
  }

  static ObjectNode schema(StructType columns) {
    ObjectNode facet = standard("1-2-0", "SchemaDatasetFacet");
    ArrayNode fields = facet.putArray("fields");
    for (StructField column : columns.fields()) {
      fields.addObject().put("name", column.name()).put("type", column.dataType().simpleString());
    }
    return facet;
  }

  /** The limits that the run has checked of its input: quarantine, then drift. */
  static ObjectNode assertions(RunEnd end, double maxQuarantineRate) {
    ObjectNode facet = standard("1-1-0", "DataQualityAssertionsDatasetFacet");
    ArrayNode assertions = facet.putArray("assertions");
    assertion(
        assertions,
        "max-quarantine-rate",
        !(end instanceof RunEnd.LimitExceeded),
        maxQuarantineRate);
    Drift drift =
        end instanceof RunEnd.Published published
            ? published.manifest().drift()
            : end instanceof RunEnd.Drifted drifted ? drifted.drift() : null;
    if (drift instanceof Drift.Compared compared) {
      for (Drift.Measure m : compared.measures()) {
        assertion(assertions, m.name(), m.value() <= m.limit(), m.limit())
            .put("actual", String.format(Locale.ROOT, "%.6g", m.value()));
      }
    }
    return facet;
  }

  private static ObjectNode assertion(
      ArrayNode assertions, String name, boolean success, double limit) {
    return assertions
        .addObject()
        .put("assertion", name)
        .put("success", success)
        .put("expected", "at most " + limit);
  }
}
