"""A whole run from Python."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from repvit_spark import Demo, NothingNew, RunError, run


def test_a_run_returns_the_manifest_that_it_writes(
    published: tuple[Path, dict[str, Any]],
) -> None:
    output, manifest = published
    (written,) = output.glob("runs/run_date=*/run_id=007/manifest.json")
    assert manifest == json.loads(written.read_text())
    assert (manifest["listed"], manifest["predicted"]) == (20, 20)


def test_a_run_without_new_images_raises(
    spark: SparkSession, demo: Demo, published: tuple[Path, dict[str, Any]]
) -> None:
    with pytest.raises(NothingNew, match="nothing new: all 20 in ") as raised:
        run(spark, demo.model, demo.images, published[0])
    assert raised.value.exit_code == 3


def test_options_of_every_type_reach_the_run(
    spark: SparkSession, demo: Demo, tmp_path: Path
) -> None:
    manifest = run(
        spark,
        Path(demo.model),
        [Path(demo.images) / "bag", demo.images + "/coat"],
        tmp_path,
        top_k=2,
        rescore=True,
        max_quarantine_rate=0.5,
        date=date(2026, 11, 23),
        max_image_bytes="1MiB",
        model_sha256=None,
        carry=[],
    )
    assert (manifest["listed"], manifest["run_date"]) == (4, "2026-11-23")
    rows = spark.read.parquet(str(tmp_path / "predictions")).collect()
    assert [len(row.top_k) for row in rows] == [2] * 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "/absent/m.onnx"}, "model /absent/m.onnx does not exist"),
        ({"model_sha256": "0" * 64}, "(--model-sha256)"),
        ({"topk": 3}, "the call has unknown keys [topk], expected some of ["),
        ({"top_k": "many"}, "found 'many', expected an integer"),
        ({"input": "/absent/images"}, "/absent/images"),
    ],
)
def test_a_wrong_setting_is_refused_with_code_2(
    spark: SparkSession, demo: Demo, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    settings = {"model": demo.model, "input": demo.images, "output": tmp_path / "none", **options}
    with pytest.raises(RunError) as raised:
        run(spark, **settings)
    assert raised.value.exit_code == 2
    assert message in raised.value.message
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "none/runs").exists()


def test_too_many_broken_images_prevent_publication(
    spark: SparkSession, demo: Demo, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_text("no image")
    with pytest.raises(RunError, match="max-quarantine-rate") as raised:
        run(spark, demo.model, tmp_path / "*.png", tmp_path / "tables")
    assert raised.value.exit_code == 4
