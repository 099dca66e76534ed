"""audit from Python."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from repvit_spark import AnalysisError, audit


def test_the_summary_is_that_of_the_results(spark: SparkSession, published: Path, tmp_path: Path) -> None:
    output = tmp_path / "audit"
    summary = audit(spark, published, output, other=published, checks=["outliers", "leakage"], neighbours=3)
    assert summary == json.loads((output / "summary.json").read_text())
    assert summary["leakage"]["leaked"]["leak_same_bytes"] == summary["outliers"]["checked"] == 20
    rows = spark.read.parquet(str(output / "rows"))
    assert rows.count() == sum(summary["issues"].values())
    with pytest.raises(AnalysisError, match="classify with --quality") as refused:
        audit(spark, published, tmp_path / "none", checks=["quality"])
    assert refused.value.exit_code == 2
