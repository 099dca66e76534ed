from collections.abc import Sequence
from typing import Any

from pyspark.sql import SparkSession

from repvit_spark._analysis import analyse
from repvit_spark._run import Location, Option


def neighbours(
    spark: SparkSession,
    predictions: Location,
    output: Location,
    *,
    queries: Location | None = None,
    paths: Sequence[str] | None = None,
    images: Sequence[str] | None = None,
    model: Location | None = None,
    **options: Option,
) -> dict[str, Any]:
    """Finds the most similar images, as ``repvit neighbours`` does, and returns its summary.

    Without ``queries``, ``paths`` and ``images``, each row is compared with the other rows. The rows are in
    ``<output>/rows``: ``path``, ``rank`` from 1, ``neighbour``, ``cosine``, and ``problem`` of queries without neighbours.

    :param predictions: output of a run, or a folder of Parquet files with ``path`` and ``embedding``
    :param output: folder for the rows, the page and the summary
    :param queries: table whose rows are the queries
    :param paths: rows of ``predictions`` that are the queries
    :param images: image files that are the queries; needs ``model``, with which ``predictions`` was made
    :param options: options of ``repvit neighbours`` with ``_`` for ``-``, such as ``k=5`` or ``method="ivf"``;
        ``conf/neighbours.conf`` has all of them with their defaults, and ``None`` is the default
    :raises AnalysisError: there are no results; ``exit_code`` and ``message`` say why

    >>> import repvit_spark, tempfile
    >>> spark = repvit_spark.session()
    >>> images, model = repvit_spark.demo()
    >>> tables, near = tempfile.mkdtemp(), tempfile.mkdtemp()
    >>> manifest = repvit_spark.run(spark, model, images, tables)
    >>> summary = neighbours(spark, tables, near, k=3)
    >>> summary["queries"], summary["neighbours"]
    (20, 60)
    >>> spark.read.parquet(f"{near}/rows").where("rank = 1").count()
    20
    """
    return analyse(
        spark,
        "neighbours",
        predictions=predictions,
        output=output,
        queries=queries,
        paths=paths,
        images=images,
        model=model,
        **options,
    )
