"""The tables of runs as DataFrames."""

from pathlib import Path

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

from repvit_spark import read_predictions, read_quarantine


def runs_of(frame: DataFrame) -> dict[str, int]:
    return {row["run_id"]: row["count"] for row in frame.groupBy("run_id").count().collect()}


def test_rows_are_those_in_the_files(spark: SparkSession, published: Path) -> None:
    files = spark.read.parquet(f"{published}/predictions")
    rows = read_predictions(spark, published)
    # Spark would guess that the run 007 is the number 7.
    columns = [name for name in files.columns if name != "run_id"]
    read = sorted(map(str, rows.select(columns).collect()))
    assert read == sorted(map(str, files.select(columns).collect()))
    assert runs_of(rows) == {"007": 20}
    assert read_quarantine(spark, published).isEmpty()


def test_a_folder_without_runs_is_an_error(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(AnalysisException, match="PATH_NOT_FOUND.*/runs"):
        read_predictions(spark, tmp_path).collect()
