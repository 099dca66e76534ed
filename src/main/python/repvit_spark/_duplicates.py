"""Images that are the same."""

from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal

from pyspark.sql import SparkSession

from repvit_spark._analysis import analyse


def duplicates(
    spark: SparkSession,
    predictions: str | PathLike[str],
    output: str | PathLike[str],
    *,
    overwrite: bool = False,
    model_sha256: str | None = None,
    by: Sequence[Literal["bytes", "picture", "subject"]] = (),
    hash_distance: int = 3,
    cosine: float = 0.95,
    keep: Literal["largest", "sharpest", "oldest"] = "largest",
) -> dict[str, Any]:
    """Group images that are the same, as the command ``duplicates``; return its summary.

    The rows are ``spark.read.parquet(f"{output}/rows")``, with the columns ``path``, ``group_id``, ``decision`` and more.
    Nothing is deleted.

    :param predictions: the output of a run, or a folder of Parquet files
    :param output: folder for the rows, the page and the summary
    :param by: the relations; none are ``bytes`` and ``picture``, as far as the table has their columns
    :param hash_distance: largest number of different bits of the same picture, 0 to 10
    :param cosine: least cosine of the embeddings of the same subject
    :param keep: the image of a group that is kept

    >>> from tempfile import mkdtemp
    >>> import repvit_spark
    >>> spark = repvit_spark.session()
    >>> images, model = repvit_spark.demo()
    >>> folder = mkdtemp()
    >>> run = repvit_spark.run(spark, model, images, folder, phash=True)
    >>> summary = repvit_spark.duplicates(spark, folder, folder + "/duplicates")
    >>> summary["images"], sorted(summary["relations"])
    (20, ['bytes', 'picture'])
    >>> spark.read.parquet(folder + "/duplicates/rows").where("decision = 'drop'").count() == summary["dropped"]
    True
    """
    return analyse(
        spark,
        "duplicates",
        predictions=predictions,
        output=output,
        overwrite=overwrite,
        model_sha256=model_sha256,
        by=list(by),
        hash_distance=hash_distance,
        cosine=cosine,
        keep=keep,
    )
