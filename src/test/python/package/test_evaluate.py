"""evaluate from Python."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from repvit_spark import AnalysisError, evaluate


def test_the_summary_is_that_of_the_results(
    spark: SparkSession, published: Path, tmp_path: Path
) -> None:
    output = tmp_path / "evaluation"
    summary = evaluate(spark, published, output=output, bins=5, compare=published)
    assert summary == json.loads((output / "summary.json").read_text())
    assert (summary["images"], summary["comparison"]["agreement"]) == (20, 1.0)
    assert len(summary["calibration"]["bins"]) == 5
    rows = spark.read.parquet(str(output / "rows"))
    assert rows.where("right").count() == round(20 * summary["top1"])
    with pytest.raises(AnalysisError, match="--overwrite") as refused:
        evaluate(spark, published, output=output)
    assert refused.value.exit_code == 2
