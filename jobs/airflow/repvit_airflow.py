"""What the DAGs of this folder share: operators that follow the exit codes of `classify`, the asset that they update,
and a sensor for published runs. docs/airflow.md describes them.

The manifest of a run is the only source: it is read from the output with pyarrow, which has clients for S3, HDFS and
local disks. Credentials come from the environment of the Airflow worker, as for spark-submit.
"""

import json
import os
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.cncf.kubernetes.operators.spark_kubernetes import SparkKubernetesOperator
from airflow.sdk import Asset, BaseSensorOperator, PokeReturnValue
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

HOME = Path(__file__).resolve().parents[2]

PREDICTIONS = Asset("repvit_predictions")
"""Updated by each published run; the extra of an event is the summary of the run."""

# A run that was triggered without a logical date has none; then the time of its trigger counts.
DATE = "{{ (dag_run.logical_date or dag_run.run_after) | ds }}"

# A cleared or retried task has the same id again. Without a logical date it is Airflow's id of the run, without what
# `classify` does not accept in an id.
RUN_ID = (
    "{{ dag.dag_id }}.{% if dag_run.logical_date %}{{ dag_run.logical_date | ts_nodash }}"
    "{% else %}{{ dag_run.run_id | replace(':', '') | replace('+', '-') | replace('~', '-') }}{% endif %}"
)

NOTHING_NEW = 3
PERMANENT = {2: "a setting, the input or a permission is wrong", 4: "a limit or the drift gate was exceeded"}


def read_manifest(output: str, date: str, run_id: str) -> dict | None:
    """The manifest of a published run, or None if the run is not published."""
    files, root = _open(output)
    try:
        with files.open_input_stream(f"{root}/runs/run_date={date}/run_id={run_id}/manifest.json") as stream:
            return json.loads(stream.read())
    except FileNotFoundError:
        return None


def published(output: str, date: str) -> dict | None:
    """The manifest that was written last of all published runs of a date, or None if no run is published."""
    from pyarrow.fs import FileSelector

    files, root = _open(output)
    runs = files.get_file_info(FileSelector(f"{root}/runs/run_date={date}", recursive=True, allow_not_found=True))
    manifests = [run for run in runs if run.base_name == "manifest.json"]
    if not manifests:
        return None
    with files.open_input_stream(max(manifests, key=lambda run: run.mtime).path) as stream:
        return json.loads(stream.read())


def _open(output: str):
    from pyarrow.fs import FileSystem

    uri = re.sub(r"^s3[an]://", "s3://", output.rstrip("/"))
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if uri.startswith("s3://") and endpoint:
        # pyarrow does not read these variables.
        parts = urlsplit(endpoint)
        uri += "?" + urlencode({"scheme": parts.scheme, "endpoint_override": parts.netloc})
    return FileSystem.from_uri(uri)


def summary(output: str, manifest: dict) -> dict:
    """What XCom and the events of the asset have of a run."""
    key = f"run_date={manifest['run_date']}/run_id={manifest['run_id']}"
    return {
        "output": output,
        "manifest": f"{output.rstrip('/')}/runs/{key}/manifest.json",
        **{field: manifest[field] for field in ("run_id", "run_date", "finished_at", "attempts")},
        **{field: manifest[field] for field in ("listed", "predicted", "quarantined", "skipped")},
        "model": manifest["model"]["model"],
        "model_sha256": manifest["model"]["model_sha256"],
    }


def failure(code: int | None) -> AirflowException:
    """How a task ends that ran `classify` in vain. Without a code, or with another one, it is retried."""
    if code == NOTHING_NEW:
        return AirflowSkipException("nothing new: the input is empty, or all of it is scored already")
    if code in PERMANENT:
        return AirflowFailException(f"classify ended with {code}: {PERMANENT[code]}; a retry would fail again")
    ended = "without a known exit code" if code is None else f"with {code}"
    return AirflowException(f"classify ended {ended}; a retry resumes the run")


class _Classify:
    """What both operators do around the start of `classify`."""

    tables: str
    date: str
    run_id: str

    def publish(self, context, start, exit_code) -> dict:
        """Starts `classify`, unless the run is published already, and tells XCom and the asset what it published."""
        manifest = read_manifest(self.tables, self.date, self.run_id)
        if manifest is None:
            try:
                start(context)
            except (AirflowSkipException, AirflowFailException):
                raise
            except Exception as e:
                raise failure(exit_code(e)) from e
            manifest = read_manifest(self.tables, self.date, self.run_id)
            if manifest is None:
                raise AirflowException(f"classify ended with 0, but {self.tables} has no manifest of {self.run_id}")
        else:
            self.log.info("run %s of %s is published already", self.run_id, self.date)
        told = summary(self.tables, manifest)
        context["outlet_events"][PREDICTIONS].extra = told
        return told


class ClassifySubmitOperator(_Classify, SparkSubmitOperator):
    """One run of `classify` with spark-submit in client mode, the only one in which it returns the exit code.

    :param tables: URI of the folder of the tables
    :param arguments: further options of `classify`
    """

    template_fields = (*SparkSubmitOperator.template_fields, "tables", "date", "run_id")

    def __init__(self, *, tables: str, arguments=(), date: str = DATE, run_id: str = RUN_ID, **kwargs):
        run = ["--output", tables, "--date", date, "--run-id", run_id]
        super().__init__(
            java_class="io.repvit.cli.Main",
            deploy_mode="client",
            application_args=["classify", *arguments, *run, "--nothing-new-code", str(NOTHING_NEW)],
            outlets=[PREDICTIONS],
            **kwargs,
        )
        self.tables, self.date, self.run_id = tables, date, run_id

    def execute(self, context):
        return self.publish(context, super().execute, lambda _: self._exit_code())

    def _exit_code(self) -> int | None:
        process = self._hook and self._hook._submit_sp
        code = process.poll() if process else None
        return 128 - code if code is not None and code < 0 else code


class ClassifyKubernetesOperator(_Classify, SparkKubernetesOperator):
    """One run of `classify` as a SparkApplication. Airflow retries, so the application itself does not.

    :param application: SparkApplication whose arguments are those of `classify`
    """

    template_fields = (*SparkKubernetesOperator.template_fields, "tables", "date", "run_id")

    def __init__(self, *, application: dict, date: str = DATE, run_id: str = RUN_ID, **kwargs):
        spec = application["spec"]
        arguments = spec["arguments"]
        own = {"--date": date, "--run-id": run_id, "--nothing-new-code": str(NOTHING_NEW)}
        for option, value in own.items():
            arguments = _with(arguments, option, value)
        super().__init__(
            template_spec=application | {"spec": spec | {"arguments": arguments, "restartPolicy": {"type": "Never"}}},
            namespace=application["metadata"]["namespace"],
            # A deferred task starts a second driver.
            deferrable=False,
            outlets=[PREDICTIONS],
            **kwargs,
        )
        self.tables, self.date, self.run_id = arguments[arguments.index("--output") + 1], date, run_id

    def execute(self, context):
        return self.publish(context, super().execute, self._exit_code)

    def _exit_code(self, cause: Exception) -> int | None:
        """Of the driver's container, or what the operator of Spark writes in the state of the application."""
        for container in (self.remote_pod and self.remote_pod.status.container_statuses) or []:
            if container.name == self.BASE_CONTAINER_NAME and container.state.terminated:
                return container.state.terminated.exit_code
        found = re.search(r"driver container failed with ExitCode: (\d+)", str(cause))
        return int(found[1]) if found else None


def _with(arguments: list[str], option: str, value: str) -> list[str]:
    if option not in arguments:
        return [*arguments, option, value]
    at = arguments.index(option) + 1
    return [*arguments[:at], value, *arguments[at + 1 :]]


class PublishedRunSensor(BaseSensorOperator):
    """Waits until a run is published below an output, and returns its summary. It frees its worker slot between looks.

    :param tables: URI of the folder of the tables
    :param date: logical date of the run, such as 2026-11-23
    :param run_id: id of the run; without it any run of the date
    """

    template_fields = ("tables", "date", "run_id")

    def __init__(self, *, tables: str, date: str = DATE, run_id: str | None = None, **kwargs):
        super().__init__(**{"mode": "reschedule", "poke_interval": timedelta(minutes=1)} | kwargs)
        self.tables, self.date, self.run_id = tables, date, run_id

    def poke(self, context) -> PokeReturnValue:
        found = (
            read_manifest(self.tables, self.date, self.run_id) if self.run_id else published(self.tables, self.date)
        )
        return PokeReturnValue(found is not None, summary(self.tables, found) if found else None)
