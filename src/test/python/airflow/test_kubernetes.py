"""The DAG with SparkKubernetesOperator, executed by `airflow dags test` against the part of Kubernetes' API that it uses.
The driver of a SparkApplication is `jobs/repvit` with the arguments of the application."""

import functools
import gzip
import json
import os
import subprocess

import pytest
import yaml
from conftest import IMAGES, ROOT, RUN, Run
from fake_kubernetes import FakeKubernetes
from jsonschema import Draft202012Validator

DAG, DATE = "repvit_classify_kubernetes", "2026-11-01"
MANIFEST = yaml.safe_load((ROOT / "deploy/kubernetes/kubeflow/classify.yaml").read_text())
CRD = ROOT / "src/test/resources/kubernetes/sparkoperator.k8s.io_sparkapplications.yaml.gz"


def strict(schema):
    """A schema that also refuses unknown fields."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: strict(value) for name, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        closed.setdefault("additionalProperties", False)
    return closed


def check(application):
    """Checks an application that Airflow creates. Airflow's operator adds `spec.labels`, which the schema does not have
    and an API server drops."""
    spec = {name: value for name, value in application["spec"].items() if name != "labels"}
    for error in validator().iter_errors(application | {"spec": spec}):
        raise ValueError(error.message)


@functools.cache
def validator():
    """Of a SparkApplication, by the schema of its owner."""
    (version,) = yaml.load(gzip.decompress(CRD.read_bytes()), yaml.CSafeLoader)["spec"]["versions"]
    assert version["name"] == MANIFEST["apiVersion"].split("/")[1]
    return Draft202012Validator(strict(version["schema"]["openAPIV3Schema"]))


@pytest.fixture(scope="module")
def kubernetes(world):
    cluster = FakeKubernetes(check)
    kubeconfig = {
        "clusters": [{"name": "c", "cluster": {"server": cluster.url}}],
        "users": [{"name": "u", "user": {}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    (RUN / "kubeconfig").write_text(json.dumps(kubeconfig))
    extra = {"kube_config_path": str(RUN / "kubeconfig")}
    os.environ["AIRFLOW_CONN_KUBERNETES_DEFAULT"] = json.dumps({"conn_type": "kubernetes", "extra": extra})
    yield cluster
    cluster.close()
    assert cluster.unknown == []


def test_an_application_with_an_unknown_field_is_invalid():
    assert validator().is_valid(MANIFEST)
    assert not validator().is_valid(MANIFEST | {"spec": MANIFEST["spec"] | {"restart": "Never"}})


def classify(world):
    """A driver."""
    environment = {name: value for name, value in os.environ.items() if name != "SPARK_HOME"}
    conf = world.conf | {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    environment["REPVIT_SUBMIT_ARGS"] = " ".join(f"--conf {name}={value}" for name, value in conf.items())

    def run(application):
        own = {"file:///opt/repvit/model.onnx": "s3a://models/m.onnx"}  # the model of the image
        arguments = [own.get(argument, argument) for argument in application["spec"]["arguments"]]
        with (RUN / "driver.log").open("a") as log:
            command = [ROOT / "jobs/repvit", *arguments]
            return subprocess.run(command, env=environment, stdout=log, stderr=log).returncode

    return run


def test_a_killed_driver_is_followed_by_another_that_publishes(world, kubernetes):
    drivers = [lambda application: 137, classify(world)]
    kubernetes.run = lambda application: drivers.pop(0)(application)
    run = Run(DAG, DATE)
    assert run.task() == ("success", 2), run.log[-5000:]
    assert "classify ended with 137; a retry resumes the run" in run.log
    (event,) = run.new_events()
    assert event["run_id"] == f"{DAG}.20261101T000000"
    assert (event["output"], event["listed"], event["predicted"]) == ("s3a://tables/photos", IMAGES, IMAGES)
    first, second = kubernetes.applications.values()
    assert first["metadata"]["name"] != second["metadata"]["name"]
    assert first["spec"] == second["spec"] | {
        part: first["spec"][part] for part in ("labels", "driver", "executor")
    }, "a retry starts the same run"
    assert kubernetes.deleted == [first["metadata"]["name"], second["metadata"]["name"]]


def test_the_application_is_that_of_the_manifest(kubernetes):
    application = next(iter(kubernetes.applications.values()))
    assert application["apiVersion"] == MANIFEST["apiVersion"]
    assert application["kind"] == MANIFEST["kind"]
    assert application["metadata"]["namespace"] == MANIFEST["metadata"]["namespace"]
    found, given = application["spec"], MANIFEST["spec"]
    assert found["restartPolicy"] == {"type": "Never"}
    assert given["arguments"][given["arguments"].index("--date") + 1] == "auto"
    options = dict(zip(found["arguments"][1::2], found["arguments"][2::2]))
    expected = dict(zip(given["arguments"][1::2], given["arguments"][2::2])) | {
        "--date": DATE,
        "--run-id": f"{DAG}.20261101T000000",
        "--nothing-new-code": "3",
    }
    assert options == expected
    for part in ("driver", "executor"):
        assert found[part]["labels"]["dag_id"] == DAG
        assert {key: found[part][key] for key in given[part]} == given[part]
    same = set(given) - {"arguments", "restartPolicy", "driver", "executor"}
    assert {key: found[key] for key in same} == {key: given[key] for key in same}


def test_a_date_without_new_images_is_skipped(world, kubernetes):
    kubernetes.run = classify(world)
    run = Run(DAG, "2026-11-02")
    assert run.task() == ("skipped", 1), run.log[-5000:]
    assert run.new_events() == []


@pytest.mark.parametrize(("code", "late", "date"), [(2, True, "2026-11-03"), (4, False, "2026-11-04")])
def test_what_a_retry_cannot_mend_fails_without_one(kubernetes, code, late, date):
    kubernetes.run, kubernetes.late = lambda application: code, late
    run = Run(DAG, date)
    assert run.task() == ("failed", 1), run.log[-5000:]
    assert f"classify ended with {code}: " in run.log
