import os
import re
from typing import Any

from pyspark.sql import SparkSession

from repvit_spark._files import find, local

_TESTED = ("4.1", "4.2")

#: ONNX Runtime 1.29 crashes on long command lines if its telemetry is enabled; OpenBLAS would start a thread per core.
_ENVIRONMENT = {"ORT_DISABLE_TELEMETRY": "1", "OPENBLAS_NUM_THREADS": "1"}


class SetupError(RuntimeError):
    """A session that this package cannot use; the message says what to do."""


def jar_path() -> str:
    """Path of the job jar in the wheel, for ``--jars`` or ``spark.jars`` of a session that you configure.

    >>> jar_path().endswith("-job.jar")
    True
    """
    jars = find("jars")
    for jar in jars.iterdir() if jars.is_dir() else []:
        return str(local("jars", jar.name))
    raise SetupError(
        "this repvit-spark was installed without its job jar; put repvit-spark on the class path with spark.jars or"
        " spark.jars.packages, or install the wheel that has the jar"
    )


def builder() -> SparkSession.Builder:
    """A builder of sessions with the job jar and the settings of ``conf/spark.conf``, which may be overridden.

    >>> spark = builder().appName("photos").config("spark.driver.memory", "2g").getOrCreate()
    """
    try:
        from pyspark import SparkContext
    except ImportError as e:
        raise SetupError(
            "pyspark-client has no driver; connect to a server with SparkSession.builder.remote, or install pyspark==4.2.0"
        ) from e
    if SparkContext._jvm is not None:  # It also outlives a stopped session.
        _class(SparkContext._jvm, "io.repvit.cli.ClassifyCall")
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    jar = jar_path()
    return SparkSession.builder.config(map={**_settings(), "spark.jars": jar})


def session() -> SparkSession:
    """The session of :func:`builder`, or the one that runs already, which must have the jar.

    >>> spark = session()
    >>> spark.range(3).count()
    3
    """
    spark: SparkSession = builder().getOrCreate()
    java(spark, "io.repvit.cli.ClassifyCall")
    return spark


def java(spark: SparkSession, name: str) -> Any:
    """A Java class of this project in the driver of ``spark``."""
    jvm = getattr(spark, "_jvm", None)
    if jvm is None:
        raise SetupError(
            "this needs the JVM of the driver, which Spark Connect does not expose; start the job beside the server with"
            " jobs/repvit or spark-submit, or classify a DataFrame with ImageClassifier or SQL, which work over Spark"
            " Connect"
        )
    release = ".".join(spark.version.split(".")[:2])
    if release not in _TESTED:
        raise SetupError(
            f"Spark is {spark.version}, repvit-spark is tested with {' and '.join(_TESTED)}; install one of them, for"
            " example with pip install pyspark==4.2.0"
        )
    return _class(jvm, name)


def _class(jvm: Any, name: str) -> Any:
    found = jvm
    for part in name.split("."):
        found = getattr(found, part)
    if type(found).__name__ != "JavaClass":
        raise SetupError(
            f"{name} is not on the class path of the driver; restart this Python process and create the session with"
            " repvit_spark.session(), or set spark.jars to repvit_spark.jar_path() before the driver starts"
        )
    return found


def _settings() -> dict[str, str]:
    text = find("conf", "spark.conf").read_text(encoding="utf-8")
    return dict(re.findall(r"^(spark\.\S+)\s+(.*\S)\s*$", text, re.MULTILINE))
