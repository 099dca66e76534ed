import json
import os
import warnings
from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from pyspark.sql import SparkSession

from repvit_spark._session import java

Location: TypeAlias = str | os.PathLike[str]
Option: TypeAlias = str | int | float | bool | date | os.PathLike[str] | Sequence[str] | Sequence[float] | None


class RunError(Exception):
    """A run that is not published."""

    def __init__(self, exit_code: int, message: str) -> None:
        super().__init__(exit_code, message)
        #: The exit code of ``repvit classify``: 2 wrong input, 3 nothing new, 4 a limit, 5 safe to start again.
        self.exit_code = exit_code
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} (exit code {self.exit_code})"


class NothingNew(RunError):
    """There is nothing to classify: the input is empty, or published runs have scored all of it. Exit code 3."""


def run(
    spark: SparkSession,
    model: Location,
    input: Location | Sequence[Location],
    output: Location,
    **options: Option,
) -> dict[str, Any]:
    """Executes a whole run, as ``repvit classify`` does, and returns its manifest.

    The run lists the input, classifies the images that published runs have not scored, and publishes the tables
    ``predictions`` and ``quarantine`` below ``output``.

    :param model: path or URI of the ONNX file
    :param input: paths, URIs or globs of the images
    :param output: folder of the tables
    :param options: options of ``repvit classify`` with ``_`` for ``-``, such as ``top_k=3``; ``conf/classify.conf`` has
        all of them with their defaults, and ``None`` is the default
    :raises NothingNew: there is nothing to classify
    :raises RunError: the run is not published; ``exit_code`` and ``message`` say why

    >>> import repvit_spark, tempfile
    >>> spark = repvit_spark.session()
    >>> images, model = repvit_spark.demo()
    >>> manifest = run(spark, model, images, tempfile.mkdtemp(), top_k=3, date="2026-11-23")
    >>> manifest["listed"], manifest["predicted"], manifest["quarantined"], manifest["run_date"]
    (20, 20, 0, '2026-11-23')
    """
    inputs = [input] if isinstance(input, (str, os.PathLike)) else input
    settings = {"model": model, "input": [os.fspath(place) for place in inputs], "output": output, **options}
    call = java(spark, "io.repvit.cli.ClassifyCall").run(
        spark._jsparkSession,
        {name.replace("_", "-"): java_value(value) for name, value in settings.items() if value is not None},
    )
    for warning in call.warnings():
        warnings.warn(warning, RuntimeWarning, stacklevel=2)
    if call.exitCode() == 3:
        raise NothingNew(3, call.message())
    if call.exitCode() != 0:
        raise RunError(call.exitCode(), call.message())
    manifest: dict[str, Any] = json.loads(call.manifest())
    return manifest


def java_value(option: Option) -> str | int | float | bool | list[str]:
    """A value that Py4J converts."""
    if isinstance(option, (str, bool, int, float)):
        return option
    if isinstance(option, os.PathLike):
        return os.fspath(option)
    return [str(item) for item in option] if isinstance(option, Sequence) else str(option)
