"""Airflow with a database in SQLite, a standalone cluster of Spark, and an S3 server, all below target/airflow/run."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
DAGS = ROOT / "jobs/airflow"
RUN = ROOT / "target/airflow/run"
IMAGES = 10 * 10
BUNDLE = "airflow.dag_processing.bundles.local.LocalDagBundle"
CREDENTIALS = "spark.hadoop.fs.s3a.aws.credentials.provider"

os.environ |= {
    "AIRFLOW_HOME": str(RUN / "home"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "3",
    "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(
        [
            {"name": path.name, "classpath": BUNDLE, "kwargs": {"path": str(path)}}
            for path in (DAGS, Path(__file__).parent / "dags")
        ]
    ),
    "PYTHONPATH": str(DAGS),
    "PYTHONDONTWRITEBYTECODE": "1",
    "NO_PROXY": "127.0.0.1",
}
sys.dont_write_bytecode = True
sys.path.insert(0, str(DAGS))
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]


def start(*command):
    """Starts a server of the Java tests."""
    java = [os.path.join(os.environ.get("JAVA_HOME", ""), "bin/java" if "JAVA_HOME" in os.environ else "java")]
    log = (RUN / f"{command[0].rsplit('.', 1)[1]}.log").open("w")
    return subprocess.Popen(
        [*java, "-cp", "target/test-classes", *map(str, command)],
        **{"cwd": ROOT, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": log, "text": True},
    )


def ready(server):
    """The lines that a server prints before it is ready."""
    lines = []
    for line in server.stdout:
        if line.startswith("# ready"):
            return lines
        lines.append(line.strip())
    sys.exit(f"{server.args} did not start, see the logs in {RUN}")


class World:
    """What the tests share. The processes end when their standard input does."""

    def __init__(self):
        database = subprocess.Popen(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            **{"stdin": subprocess.DEVNULL, "stdout": (RUN / "database.log").open("w"), "stderr": subprocess.STDOUT},
        )
        photos, models = RUN / "photos", RUN / "models"
        photos.mkdir()
        models.mkdir()
        os.link(ROOT / "src/demo/model/repvit_m0_6_fashion_mnist.onnx", models / "m.onnx")
        for label in sorted((ROOT / "src/demo/fashion-mnist").iterdir()):
            for image in sorted(label.iterdir())[: IMAGES // 10]:
                os.link(image, photos / f"{label.name}-{image.name}")
        (RUN / "tables").mkdir()
        buckets = [f"photos={photos}", f"models={models}", f"tables={RUN / 'tables'}"]
        self.s3 = start("io.repvit.testing.S3Server", RUN / "s3", 0, *buckets)
        self.cluster = start("io.repvit.cli.StandaloneCluster", RUN / "cluster")
        properties, environment = ready(self.s3), ready(self.cluster)
        (self.tables,) = (RUN / "s3").glob("s3-*/buckets/tables")
        self.s3a = dict(line.split(" ", 1) for line in properties)
        self.spark = dict(line.split("=", 1) for line in environment)
        endpoint = self.s3a["spark.hadoop.fs.s3a.endpoint"]
        keys = {"spark.hadoop.fs.s3a.access.key", "spark.hadoop.fs.s3a.secret.key"}
        self.conf = {name: value for name, value in self.s3a.items() if name not in keys | {CREDENTIALS}}
        (RUN / "spark.conf").write_text(
            (ROOT / "conf/spark.conf").read_text()
            + "".join(f"{name} {value}\n" for name, value in self.conf.items())
            + "spark.cores.max 2\nspark.driver.host 127.0.0.1\nspark.driver.bindAddress 127.0.0.1\n"
        )
        self.settings(RUN / "photos.conf")
        os.environ |= {
            "AWS_ACCESS_KEY_ID": self.s3a["spark.hadoop.fs.s3a.access.key"],
            "AWS_SECRET_ACCESS_KEY": self.s3a["spark.hadoop.fs.s3a.secret.key"],
            "AWS_ENDPOINT_URL_S3": endpoint,
            "AWS_REGION": "us-east-1",
            "AIRFLOW_CONN_SPARK_DEFAULT": json.dumps({"conn_type": "spark", "host": self.spark["MASTER"]}),
            "AIRFLOW_VAR_REPVIT_OUTPUT": "s3a://tables/submit",
            "AIRFLOW_VAR_REPVIT_CONFIG": str(RUN / "photos.conf"),
            "AIRFLOW_VAR_REPVIT_SPARK_CONF": str(RUN / "spark.conf"),
            **{name: value for name, value in self.spark.items() if name != "MASTER"},
            "PATH": f"{self.spark['SPARK_HOME']}/bin:{os.environ['PATH']}",
        }
        assert database.wait(180) == 0

    def settings(self, file, **more):
        options = {"model": "s3a://models/m.onnx", "input": ["s3a://photos/"], "wave-images": 20, "lease-timeout": "3s"}
        file.write_text("\n".join(f"{key} = {json.dumps(value)}" for key, value in (options | more).items()))
        return file

    def close(self):
        for server in (self.cluster, self.s3):
            server.stdin.close()
            server.wait(60)


@pytest.fixture(scope="session")
def world():
    found = World()
    yield found
    found.close()


def airflow(*command, **variables):
    done = subprocess.run(
        [sys.executable, "-m", "airflow", *command],
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=RUN,
    )
    (RUN / "airflow.log").open("a").write(f"{command}\n{done.stdout}\n")
    return done


def rows(query, *values):
    with sqlite3.connect(RUN / "home/airflow.db") as database:
        return database.execute(query, values).fetchall()


class Run:
    """A run that `airflow dags test` has made, by what it leaves in the database."""

    def __init__(self, dag, date, **variables):
        self.dag, self.date = dag, date
        self.before = len(self.events())
        self.done = airflow("dags", "test", dag, date, **variables)

    @property
    def log(self):
        return re.sub(r"\x1b\[[0-9;]*m", "", self.done.stdout)

    def events(self):
        found = rows("select extra from asset_event where source_dag_id = ?", self.dag)
        return [json.loads(extra) for (extra,) in found]

    def new_events(self):
        return self.events()[self.before :]

    def task(self, task="classify"):
        """State and number of tries."""
        ((state, tries),) = rows(
            "select t.state, t.try_number from task_instance t join dag_run r using (dag_id, run_id)"
            " where dag_id = ? and task_id = ? and r.logical_date like ?",
            *(self.dag, task, self.date + "%"),
        )
        return state, tries
