"""Accuracy of predictions."""

from os import PathLike
from typing import Any

from pyspark.sql import SparkSession

from repvit_spark._analysis import analyse


def evaluate(
    spark: SparkSession,
    predictions: str | PathLike[str],
    *,
    output: str | PathLike[str] | None = None,
    overwrite: bool = False,
    model_sha256: str | None = None,
    truth: str | PathLike[str] | None = None,
    truth_column: str | None = None,
    bins: int = 15,
    compare: str | PathLike[str] | None = None,
    compare_sha256: str | None = None,
    temperature: bool = False,
    model: str | PathLike[str] | None = None,
    calibrated: str | PathLike[str] | None = None,
) -> dict[str, Any]:
    """Compare predictions with true labels, as the command ``evaluate``; return its summary.

    :param predictions: the output of a run, or a folder of Parquet files
    :param output: folder for the rows, the page and the summary; ``None`` writes nothing
    :param truth: table with the columns ``path`` and ``label``; ``None`` takes the names of the folders
    :param truth_column: the label's column in ``truth``, or without it the carried column
    :param compare: predictions of another model for the same images
    :param temperature: fit the temperature that calibrates the scores
    :param model: the model that made the predictions, for ``calibrated``
    :param calibrated: file for a copy of ``model`` with the temperature

    >>> from tempfile import mkdtemp
    >>> import repvit_spark
    >>> spark = repvit_spark.session()
    >>> images, model = repvit_spark.demo()
    >>> folder = mkdtemp()
    >>> run = repvit_spark.run(spark, model, images, folder)
    >>> summary = repvit_spark.evaluate(spark, folder)
    >>> summary["images"], len(summary["classes"]), summary["top1"] > 0.8
    (20, 10, True)
    """
    return analyse(
        spark,
        "evaluate",
        predictions=predictions,
        output=output,
        overwrite=overwrite,
        model_sha256=model_sha256,
        truth=truth,
        truth_column=truth_column,
        bins=bins,
        compare=compare,
        compare_sha256=compare_sha256,
        temperature=temperature,
        model=model,
        calibrated=calibrated,
    )
