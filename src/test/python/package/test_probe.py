"""A probe from Python."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from repvit_spark import AnalysisError, Demo, probe


def test_options_of_every_type_reach_the_probe(spark: SparkSession, demo: Demo, published: Path, tmp_path: Path) -> None:
    summary = probe(
        spark,
        published,
        tmp_path / "probe",
        folds=2,
        test_share=0.0,
        regularisation=[0.01, 0.1],
        class_weights="balanced",
        seed=3,
        truth=None,
    )
    assert [r["regularisation"] for r in summary["regularisations"]] == [0.01, 0.1]
    assert (summary["class_weights"], summary["seed"], summary["test"]) == ("balanced", 3, None)
    rows = spark.read.parquet(str(tmp_path / "probe" / "rows"))
    assert rows.count() == summary["images"] == 20


def test_a_probe_that_cannot_be_made_raises(spark: SparkSession, published: Path, tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="--model and --write-model belong together") as raised:
        probe(spark, published, tmp_path / "none", write_model=tmp_path / "new.onnx")
    assert raised.value.exit_code == 2
