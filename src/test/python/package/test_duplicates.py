"""duplicates from Python."""

import json
import shutil
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from repvit_spark import AnalysisError, Demo, duplicates, run


def test_a_copy_is_dropped_and_the_original_kept(spark: SparkSession, demo: Demo, tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    first, second = sorted(Path(demo.images).rglob("*.png"))[:2]
    shutil.copy(first, images / "a.png")
    shutil.copy(first, images / "copy.png")
    shutil.copy(second, images / "other.png")
    run(spark, demo.model, images, tmp_path / "tables", phash=True)
    output = tmp_path / "duplicates"
    summary = duplicates(spark, tmp_path / "tables", output, by=["bytes", "picture"], hash_distance=0)
    assert summary == json.loads((output / "summary.json").read_text())
    assert (summary["images"], summary["groups"], summary["dropped"]) == (3, 1, 1)
    assert summary["relations"]["bytes"] == summary["relations"]["picture"] == {"connected": 2, "unchecked": 0}
    (dropped,) = spark.read.parquet(str(output / "rows")).where("decision = 'drop'").collect()
    assert (Path(dropped.path).name, Path(dropped.representative).name) == ("copy.png", "a.png")
    with pytest.raises(AnalysisError, match="no column quality"):
        duplicates(spark, tmp_path / "tables", output, overwrite=True, keep="sharpest")
