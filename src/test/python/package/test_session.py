"""How the job jar gets on the class path, and what a session without it is told."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyspark.sql import SparkSession

import repvit_spark
from repvit_spark._session import java

ROOT = Path(__file__).parents[4]


def python(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in a new Python, whose driver has a new JVM."""
    import os

    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


def test_the_session_has_the_settings_of_the_command(spark: SparkSession) -> None:
    assert repvit_spark.session() is spark
    conf = dict(spark.sparkContext.getConf().getAll())
    assert conf["spark.jars"] == repvit_spark.jar_path()
    settings = dict(
        line.split(maxsplit=1)
        for line in (ROOT / "conf/spark.conf").read_text().splitlines()
        if line.startswith("spark.")
    )
    assert len(settings) > 10
    # Spark adds further options of Java to one of them.
    assert [name for name, value in settings.items() if value.strip() not in conf[name]] == []


def test_a_session_without_the_jar_is_told_what_to_do() -> None:
    ended = python(
        "import repvit_spark\n"
        "from pyspark.sql import SparkSession\n"
        "spark = SparkSession.builder.master('local[1]').config('spark.ui.enabled', False).getOrCreate()\n"
        "def attempt(call):\n"
        "    try:\n"
        "        call()\n"
        "    except repvit_spark.SetupError as e:\n"
        "        print(e)\n"
        "attempt(lambda: repvit_spark.run(spark, 'm', 'i', 'o'))\n"
        "attempt(repvit_spark.session)\n"
        "spark.stop()\n"
        "attempt(repvit_spark.session)\n"
    )
    lines = ended.stdout.splitlines()
    assert len(lines) == 3, ended.stderr
    for line in lines:
        assert "is not on the class path of the driver" in line
        assert "restart this Python process" in line


def test_a_spark_that_was_not_tested_is_refused() -> None:
    spark: Any = SimpleNamespace(version="3.5.1", _jvm=object())
    with pytest.raises(repvit_spark.SetupError, match="Spark is 3.5.1, .* 4.1 and 4.2; install"):
        java(spark, "io.repvit.cli.ClassifyCall")


def test_the_demo_is_extracted_from_a_zip_file(tmp_path: Path) -> None:
    (wheel,) = (ROOT / "target/python/dist").glob("*.whl")
    ended = python(
        "import os, repvit_spark\n"
        "demo = repvit_spark.demo()\n"
        "print(repvit_spark.__file__, os.path.getsize(demo.model) > 1e6, len(os.listdir(demo.images)))\n"
        "print(demo.images)\n",
        PYTHONPATH=str(wheel),
    )
    first, images = ended.stdout.splitlines()
    assert first == f"{wheel}/repvit_spark/__init__.py True 10"
    assert not Path(images).exists(), "deleted at exit"


def test_the_version_is_that_of_the_project() -> None:
    match = re.search(r"^  <version>(.*)</version>", (ROOT / "pom.xml").read_text(), re.MULTILINE)
    assert match is not None
    assert version("repvit-spark") == match[1].replace("-SNAPSHOT", ".dev0")
