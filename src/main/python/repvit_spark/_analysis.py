import json
from typing import Any

from pyspark.sql import SparkSession

from repvit_spark._run import Option, java_value
from repvit_spark._session import java


class AnalysisError(Exception):
    """An analysis that has no results."""

    def __init__(self, exit_code: int, message: str) -> None:
        super().__init__(exit_code, message)
        #: The exit code of the command: 2 wrong input, 5 safe to start again.
        self.exit_code = exit_code
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} (exit code {self.exit_code})"


def analyse(spark: SparkSession, command: str, **options: Option) -> dict[str, Any]:
    """Executes the command of an analysis in the driver of ``spark``, and returns its summary."""
    call = java(spark, "io.repvit.cli.AnalysisCall").run(
        spark._jsparkSession,
        command,
        {name.replace("_", "-"): java_value(value) for name, value in options.items() if value is not None},
    )
    if call.exitCode() != 0:
        raise AnalysisError(call.exitCode(), call.message())
    summary: dict[str, Any] = json.loads(call.summary())
    return summary
