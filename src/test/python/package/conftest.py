"""Tests of the installed package repvit_spark; jobs/python-test runs them, with pyspark and with pyspark-client."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.util import is_remote_only

import repvit_spark

ROOT = Path(__file__).parents[4]
#: The tables of a run over the demonstration images. The tests with pyspark write them before those with the client.
PUBLISHED = ROOT / "target/python/published"
#: pyspark-client connects to the Spark that is installed here.
SPARK_HOME = next((ROOT / "target/python/venv/lib").glob("python*/site-packages/pyspark"), None)
LOCAL: dict[str, str | int | float | bool | None] = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
}

collect_ignore = (
    [
        "test_audit.py",
        "test_catalog.py",
        "test_clusters.py",
        "test_docs.py",
        "test_duplicates.py",
        "test_evaluate.py",
        "test_neighbours.py",
        "test_probe.py",
        "test_run.py",
        "test_session.py",
    ]
    if is_remote_only()
    else ["test_connect.py"]
)


@pytest.fixture(scope="session", autouse=True)
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """The session of all tests: local, or of a Spark Connect server with the job jar."""
    if is_remote_only():
        (jar,) = ROOT.glob("target/repvit-spark-*-job.jar")
        with connect_server(tmp_path_factory.mktemp("server"), "--jars", str(jar)) as url:
            spark = SparkSession.builder.remote(url).getOrCreate()
            yield spark
            spark.stop()
    else:
        spark = repvit_spark.builder().master("local[2]").config(map=LOCAL).getOrCreate()
        yield spark
        spark.stop()


@contextmanager
def connect_server(folder: Path, *options: str) -> Iterator[str]:
    """A Spark Connect server, as ``sbin/start-connect-server.sh`` starts one; gives its address."""
    assert SPARK_HOME is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    conf = {
        **LOCAL,
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
    }
    command = [str(SPARK_HOME / "bin/spark-submit"), "--master", "local[2]", *options]
    for name, value in conf.items():
        command += ["--conf", f"{name}={value}"]
    log = folder / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"],
            cwd=folder,
            stdout=output,
            stderr=output,
            env={**os.environ, "SPARK_HOME": str(SPARK_HOME), "ORT_DISABLE_TELEMETRY": "1"},
        )
    try:
        while not accepts(port):
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def accepts(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def demo() -> repvit_spark.Demo:
    return repvit_spark.demo()


@pytest.fixture(scope="session")
def published(spark: SparkSession, demo: repvit_spark.Demo) -> Path:
    """The tables of a run over the demonstration images, whose id is 007."""
    if not is_remote_only():
        shutil.rmtree(PUBLISHED, ignore_errors=True)
        repvit_spark.run(spark, demo.model, demo.images, PUBLISHED, run_id="007")
    return PUBLISHED
