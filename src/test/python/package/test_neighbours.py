"""neighbours from Python."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from repvit_spark import AnalysisError, Demo, neighbours


def test_the_summary_is_that_of_the_results(
    spark: SparkSession, published: Path, demo: Demo, tmp_path: Path
) -> None:
    output = tmp_path / "neighbours"
    summary = neighbours(spark, published, output, k=3)
    assert summary == json.loads((output / "summary.json").read_text())
    assert summary["queries"] == 20
    rows = spark.read.parquet(str(output / "rows"))
    assert rows.where("path <> neighbour").count() == summary["neighbours"] == 60
    some = [row.path for row in rows.select("path").distinct().limit(2).collect()]
    found = neighbours(spark, published, tmp_path / "paths", paths=some, k=1)
    assert found["queries"] == found["neighbours"] == 2
    table = tmp_path / "table"
    spark.read.parquet(str(published / "predictions")).limit(3).write.parquet(str(table))
    found = neighbours(spark, published, tmp_path / "queries", queries=table, k=1)
    assert found["nearest"] == [{"from": 0.98, "count": 3}]
    images = [path.removeprefix("file:") for path in some]
    found = neighbours(spark, published, tmp_path / "images", images=images, model=demo.model, k=1)
    assert found["nearest"] == [{"from": 0.98, "count": 2}]
    with pytest.raises(AnalysisError, match="exclude each other") as refused:
        neighbours(spark, published, tmp_path / "both", queries=table, paths=some)
    assert refused.value.exit_code == 2
