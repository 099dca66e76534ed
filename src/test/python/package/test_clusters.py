"""cluster from Python."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from repvit_spark import AnalysisError, cluster


def test_the_summary_is_that_of_the_results(
    spark: SparkSession, published: Path, tmp_path: Path
) -> None:
    output = tmp_path / "clusters"
    summary = cluster(spark, published, output, clusters="2..3", truth_folders=True)
    assert summary == json.loads((output / "summary.json").read_text())
    assert [tried["clusters"] for tried in summary["tried"]] == [2, 3]
    rows = spark.read.parquet(str(output / "rows"))
    assert rows.count() == summary["clustered"] == 20
    with pytest.raises(AnalysisError, match="expected at least 21") as refused:
        cluster(spark, published, tmp_path / "more", clusters=21)
    assert refused.value.exit_code == 2
