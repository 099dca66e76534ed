"""Clusters of images."""

from os import PathLike
from typing import Any

from pyspark.sql import SparkSession

from repvit_spark._analysis import analyse


def cluster(
    spark: SparkSession,
    predictions: str | PathLike[str],
    output: str | PathLike[str],
    *,
    overwrite: bool = False,
    model_sha256: str | None = None,
    clusters: int | str = 10,
    algorithm: str = "k-means",
    pca: int = 0,
    seed: int = 1,
    sample: int = 20_000,
    truth: str | PathLike[str] | None = None,
    truth_column: str | None = None,
    truth_folders: bool = False,
    representatives: int = 8,
    farthest: int = 4,
    pictures: int = 400,
    points: int = 2_000,
    orientation: str = "exif",
    image_column: str | None = None,
    key_column: str | None = None,
) -> dict[str, Any]:
    """Group images by their embeddings, as the command ``cluster``; return its summary.

    :param predictions: the output of a run, or a folder of Parquet files
    :param output: folder for the rows, the page and the summary
    :param clusters: number of clusters, or a range such as ``"2..20"``
    :param algorithm: ``k-means`` or ``bisecting``
    :param pca: principal components that the embeddings are reduced to; 0 keeps all values
    :param sample: images for initial centres, search, principal components and silhouette
    :param truth: table with the columns ``path`` and ``label``
    :param truth_column: the label's column in ``truth``, or without it the carried column
    :param truth_folders: take the names of the folders as true labels
    :param pictures: thumbnails on the page

    >>> from tempfile import mkdtemp
    >>> import repvit_spark
    >>> spark = repvit_spark.session()
    >>> images, model = repvit_spark.demo()
    >>> folder = mkdtemp()
    >>> run = repvit_spark.run(spark, model, images, folder)
    >>> summary = repvit_spark.cluster(spark, folder, mkdtemp(), clusters=3)
    >>> summary["clustered"], summary["clusters"], len(summary["list"])
    (20, 3, 3)
    """
    return analyse(
        spark,
        "cluster",
        predictions=predictions,
        output=output,
        overwrite=overwrite,
        model_sha256=model_sha256,
        clusters=str(clusters),
        algorithm=algorithm,
        pca=pca,
        seed=seed,
        sample=sample,
        truth=truth,
        truth_column=truth_column,
        truth_folders=truth_folders,
        representatives=representatives,
        farthest=farthest,
        pictures=pictures,
        points=points,
        orientation=orientation,
        image_column=image_column,
        key_column=key_column,
    )
