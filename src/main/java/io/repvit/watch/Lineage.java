package io.repvit.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.repvit.UserException;
import io.repvit.predict.PartitionReport;
import io.repvit.run.RunCascade;
import io.repvit.run.RunEnd;
import io.repvit.run.RunJob;
import io.repvit.run.RunManifest;
import io.repvit.source.Input;
import io.repvit.table.IcebergNamespace;
import io.repvit.table.PredictionTable;
import io.repvit.table.QuarantineTable;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.package$;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The events of one attempt at a run for <a href="https://openlineage.io">OpenLineage</a>: START,
 * then COMPLETE, FAIL or ABORT. The JSON is made here, because the client of OpenLineage brings an
 * HTTP client and a configuration of its own for three small documents.
 */
public final class Lineage {
  private final LineageSink sink;
  private final String namespace;
  private final @Nullable LineageParent parent;
  private final RunJob job;
  private final Configuration hadoop;
  private final UUID run = UUID.randomUUID();

  private Lineage(
      LineageSink sink,
      String namespace,
      @Nullable LineageParent parent,
      RunJob job,
      Configuration hadoop) {
    this.sink = sink;
    this.namespace = namespace;
    this.parent = parent;
    this.job = job;
    this.hadoop = hadoop;
  }

  /**
   * The events of a run that has not begun.
   *
   * @param place http(s) URL or file
   * @param key sent to the URL as bearer token; null without
   * @param namespace of the job
   * @param parent the run that started this one; null without
   * @throws UserException if {@code place} is neither
   */
  public static Lineage of(
      String place,
      @Nullable String key,
      String namespace,
      @Nullable LineageParent parent,
      RunJob job,
      Configuration hadoop)
      throws UserException {
    return new Lineage(LineageSink.of(place, key), namespace, parent, job, hadoop);
  }

  /** Sends START. */
  public void start() throws IOException, InterruptedException {
    ObjectNode event = event("START", job.key(), null);
    inputs(event, null, null);
    outputs(event, job.key(), null);
    sink.send(event.toString());
  }

  /** Sends the event of the end. */
  public void end(RunResult result) throws IOException, InterruptedException {
    RunEnd end = result.end();
    boolean complete = end instanceof RunEnd.Published || end instanceof RunEnd.NothingNew;
    RunKey key = end instanceof RunEnd.Published published ? published.key() : job.key();
    String type = complete ? "COMPLETE" : result.stopped() ? "ABORT" : "FAIL";
    ObjectNode event = event(type, key, result);
    RunManifest manifest = end instanceof RunEnd.Published published ? published.manifest() : null;
    inputs(event, manifest, end);
    outputs(event, key, manifest);
    sink.send(event.toString());
  }

  private ObjectNode event(String type, RunKey key, @Nullable RunResult result) {
    ObjectNode event =
        Facets.JSON
            .createObjectNode()
            .put("eventType", type)
            .put("eventTime", Instant.now().toString())
            .put("producer", Facets.PRODUCER)
            .put("schemaURL", Facets.SPEC + "#/$defs/RunEvent");
    ObjectNode facets = event.putObject("run").put("runId", run.toString()).putObject("facets");
    facets.set("nominalTime", Facets.nominalTime(key.date().toString()));
    facets.set("processing_engine", Facets.engine(package$.MODULE$.SPARK_VERSION()));
    if (parent != null) {
      facets.set("parent", Facets.parent(parent));
    }
    facets.set("repvit_classification", classification(key, result));
    if (result != null && !result.message().isEmpty() && !type.equals("COMPLETE")) {
      facets.set("errorMessage", Facets.error(result.message()));
    }
    event
        .putObject("job")
        .put("namespace", namespace)
        .put("name", "classify:" + job.key().output())
        .putObject("facets")
        .set("jobType", Facets.jobType());
    return event;
  }

  private static ObjectNode classification(RunKey key, @Nullable RunResult result) {
    ObjectNode facet =
        Facets.classification().put("runId", key.id()).put("runDate", key.date().toString());
    if (result == null) {
      return facet;
    }
    facet.put("exitCode", result.exitCode());
    RunEnd end = result.end();
    if (end instanceof RunEnd.Published published) {
      RunManifest m = published.manifest();
      facet.put("model", m.model().model()).put("modelSha256", m.model().modelSha256());
      facet.put("preprocessing", m.model().preprocessing()).put("skipped", m.skipped());
      counts(facet, m.predicted(), m.quarantineReasons());
    } else if (end instanceof RunEnd.NothingNew nothing) {
      counts(facet.put("skipped", nothing.listed()), 0, Map.of());
    } else if (end instanceof RunEnd.LimitExceeded exceeded) {
      counts(facet, exceeded.report());
    } else if (end instanceof RunEnd.Drifted drifted) {
      counts(facet, drifted.report());
    }
    return facet;
  }

  private static void counts(ObjectNode facet, PartitionReport report) {
    counts(facet, report.predicted(), report.quarantined());
  }

  private static void counts(ObjectNode facet, long predicted, Map<String, Long> reasons) {
    facet.put("predicted", predicted);
    facet.put("quarantined", reasons.values().stream().mapToLong(Long::longValue).sum());
    reasons.forEach(facet.putObject("quarantineReasons")::put);
  }

  /** The images, and the model files. */
  private void inputs(ObjectNode event, @Nullable RunManifest manifest, @Nullable RunEnd end) {
    ArrayNode inputs = event.putArray("inputs");
    List<String> uris = job.input().uris();
    boolean iceberg = job.input() instanceof Input.Table table && table.isIceberg();
    for (String uri : uris) {
      ObjectNode input =
          dataset(inputs, iceberg ? DatasetName.ofIceberg(uri) : DatasetName.of(uri, hadoop));
      ObjectNode facets = Facets.JSON.createObjectNode();
      if (manifest != null && uris.size() == 1) {
        facets.set("inputStatistics", Facets.inputStatistics(manifest.listed(), manifest.bytes()));
      }
      if (end != null && !(end instanceof RunEnd.NothingNew)) {
        facets.set(
            "dataQualityAssertions", Facets.assertions(end, job.options().maxQuarantineRate()));
      }
      if (!facets.isEmpty()) {
        input.set("inputFacets", facets);
      }
    }
    model(inputs, job.model().uri(), manifest == null ? null : manifest.model().modelSha256());
    if (job.cascade() != null) {
      RunCascade cascade = manifest == null ? null : manifest.cascade();
      model(
          inputs,
          job.cascade().then().uri(),
          cascade == null ? null : cascade.second().modelSha256());
    }
  }

  private void model(ArrayNode inputs, String uri, @Nullable String sha256) {
    ObjectNode model = dataset(inputs, DatasetName.of(uri, hadoop));
    if (sha256 != null) {
      model.putObject("facets").set("version", Facets.version(sha256));
    }
  }

  private void outputs(ObjectNode event, RunKey key, @Nullable RunManifest manifest) {
    ArrayNode outputs = event.putArray("outputs");
    StructType predictions =
        PredictionTable.columns(job.cascade() != null, job.options().measures());
    output(
        outputs,
        PredictionTable.NAME,
        predictions,
        key,
        manifest == null ? null : manifest.predicted());
    output(
        outputs,
        QuarantineTable.NAME,
        QuarantineTable.SCHEMA,
        key,
        manifest == null ? null : manifest.quarantined());
  }

  private void output(
      ArrayNode outputs, String table, StructType columns, RunKey key, @Nullable Long rows) {
    DatasetName name =
        job.destination() instanceof IcebergNamespace lake
            ? DatasetName.ofIceberg(lake.name() + "." + table)
            : DatasetName.of(key.output(), hadoop).child(table);
    ObjectNode output = dataset(outputs, name);
    ObjectNode facets = output.putObject("facets");
    facets.set("schema", Facets.schema(columns.add("run_date", "date").add("run_id", "string")));
    if (rows != null) {
      facets.set("version", Facets.version(key.date() + "/" + key.id()));
      output.putObject("outputFacets").set("outputStatistics", Facets.outputStatistics(rows));
    }
  }

  private static ObjectNode dataset(ArrayNode into, DatasetName name) {
    return into.addObject().put("namespace", name.namespace()).put("name", name.name());
  }
}
