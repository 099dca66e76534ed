"""The tables of runs as DataFrames."""

from pathlib import Path
from typing import Any

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

from repvit_spark import Demo, read_predictions, read_quarantine, run
from repvit_spark._session import java


def runs_of(frame: DataFrame) -> dict[str, int]:
    return {row.run_id: row["count"] for row in frame.groupBy("run_id").count().collect()}


def test_the_latest_row_of_each_path_and_model_is_read(
    spark: SparkSession, demo: Demo, tmp_path: Path
) -> None:
    for run_id, images in {"007": demo.images, "7": demo.images + "/bag"}.items():
        run(spark, demo.model, images, tmp_path, rescore=True, run_id=run_id)
    latest = read_predictions(spark, tmp_path)
    assert runs_of(latest) == {"007": 18, "7": 2}
    assert latest.select("path", "model_sha256").distinct().count() == 20
    everything = read_predictions(spark, tmp_path, latest=False)
    assert runs_of(everything) == {"007": 20, "7": 2}

    # A run without its manifest is not published.
    (manifest,) = tmp_path.glob("runs/*/run_id=7/manifest.json")
    manifest.unlink()
    assert runs_of(read_predictions(spark, tmp_path)) == {"007": 20}


def test_rows_are_those_in_the_files(
    spark: SparkSession, published: tuple[Path, dict[str, Any]]
) -> None:
    output, manifest = published
    files = spark.read.parquet(f"{output}/predictions")
    rows = read_predictions(spark, output)
    columns = [name for name in files.columns if name != "run_id"]
    read = sorted(map(str, rows.select(columns).collect()))
    assert read == sorted(map(str, files.select(columns).collect()))
    assert len(read) == manifest["predicted"] == 20
    assert read_quarantine(spark, output).count() == 0
    assert runs_of(rows) == {"007": 20}


@pytest.mark.parametrize(
    ("table", "read"), [("Prediction", read_predictions), ("Quarantine", read_quarantine)]
)
def test_columns_are_those_that_runs_write(
    spark: SparkSession, published: tuple[Path, dict[str, Any]], table: str, read: Any
) -> None:
    written = java(spark, f"io.repvit.table.{table}Table").SCHEMA.fieldNames()
    frame = read(spark, published[0])
    assert set(frame.columns) == {*written, "run_date", "run_id"}


def test_broken_images_are_in_quarantine(spark: SparkSession, demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_text("no image")
    run(spark, demo.model, tmp_path / "*.png", tmp_path, max_quarantine_rate=1)
    (row,) = read_quarantine(spark, tmp_path).collect()
    assert (row.stage, row.code, row.attempt) == ("decode", "UNRECOGNISED", 0)
    assert row.path.endswith("/broken.png")
    assert read_predictions(spark, tmp_path).collect() == []


def test_a_folder_without_runs_is_an_error(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(AnalysisException, match="PATH_NOT_FOUND.*/runs"):
        read_predictions(spark, tmp_path)
