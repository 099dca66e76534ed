"""A whole run from Python."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.functions import lit

from repvit_spark import Demo, NothingNew, RunError, read_predictions, read_quarantine, run
from test_tables import runs_of


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
    (written,) = tmp_path.glob("runs/run_date=2026-11-23/run_id=*/manifest.json")
    assert manifest == json.loads(written.read_text())
    assert [len(row.top_k) for row in read_predictions(spark, tmp_path).collect()] == [2] * 4


def test_a_run_without_new_images_raises(
    spark: SparkSession, demo: Demo, published: Path
) -> None:
    with pytest.raises(NothingNew, match="nothing new: all 20 in ") as raised:
        run(spark, demo.model, demo.images, published)
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "/absent/m.onnx"}, "model /absent/m.onnx does not exist"),
        ({"model_sha256": "0" * 64}, f"expected {'0' * 64}"),
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


def test_broken_images_are_in_quarantine_or_prevent_publication(
    spark: SparkSession, demo: Demo, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_text("no image")
    with pytest.raises(RunError, match="max-quarantine-rate") as raised:
        run(spark, demo.model, tmp_path / "*.png", tmp_path)
    assert raised.value.exit_code == 4

    run(spark, demo.model, tmp_path / "*.png", tmp_path, max_quarantine_rate=1)
    (row,) = read_quarantine(spark, tmp_path).collect()
    assert (row.stage, row.code, row.attempt) == ("decode", "UNRECOGNISED", 0)
    assert row.path.endswith("/broken.png")
    assert read_predictions(spark, tmp_path).isEmpty()


def test_the_latest_row_of_each_path_and_model_is_read(
    spark: SparkSession, demo: Demo, tmp_path: Path
) -> None:
    for run_id, images in {"007": demo.images, "7": demo.images + "/bag"}.items():
        run(spark, demo.model, images, tmp_path, rescore=True, run_id=run_id)
    latest = read_predictions(spark, tmp_path)
    assert runs_of(latest) == {"007": 18, "7": 2}
    assert latest.select("path", "model_sha256").distinct().count() == 20
    assert runs_of(read_predictions(spark, tmp_path, latest=False)) == {"007": 20, "7": 2}

    # A run of another version has a column more.
    (folder,) = tmp_path.glob("predictions/*/run_id=7")
    more = spark.read.parquet(str(folder)).withColumn("phash", lit("a0")).localCheckpoint()
    more.write.mode("overwrite").parquet(str(folder))
    hashes = read_predictions(spark, tmp_path).groupBy("phash").count().collect()
    assert {row["phash"]: row["count"] for row in hashes} == {None: 18, "a0": 2}

    # A run without its manifest is not published.
    (manifest,) = tmp_path.glob("runs/*/run_id=7/manifest.json")
    manifest.unlink()
    assert runs_of(read_predictions(spark, tmp_path)) == {"007": 20}
