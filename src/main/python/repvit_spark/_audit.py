from typing import Any

from pyspark.sql import SparkSession

from repvit_spark._analysis import analyse
from repvit_spark._run import Location, Option


def audit(
    spark: SparkSession,
    predictions: Location,
    output: Location,
    *,
    other: Location | None = None,
    truth: Location | None = None,
    **options: Option,
) -> dict[str, Any]:
    """Finds images that a person should look at, as ``repvit audit`` does, and returns its summary.

    These are images with a likely wrong label, outliers, images that quality measures flag, and images that are in
    another set, too. The rows are in ``<output>/rows``: ``issue``, ``rank`` from 1, ``path``, ``score``, ``given_label``,
    ``suggested_label``, ``probability``, ``other_path`` and ``detail``.

    :param predictions: output of a run, or a folder of Parquet files
    :param output: folder for the rows, the page and the summary
    :param other: predictions of another set whose images should not be in this one
    :param truth: table with the columns ``path`` and ``label``; ``None`` takes the names of the folders
    :param options: options of ``repvit audit`` with ``_`` for ``-``, such as ``checks=["labels", "quality"]`` or ``folds=3``;
        ``conf/audit.conf`` has all of them with their defaults, and ``None`` is the default
    :raises AnalysisError: there are no results; ``exit_code`` and ``message`` say why

    >>> import repvit_spark, tempfile
    >>> spark = repvit_spark.session()
    >>> images, model = repvit_spark.demo()
    >>> tables, issues = tempfile.mkdtemp(), tempfile.mkdtemp()
    >>> manifest = repvit_spark.run(spark, model, images, tables)
    >>> summary = audit(spark, tables, issues, other=tables, checks=["labels", "leakage"], folds=2)
    >>> summary["images"], summary["leakage"]["leaked"]["leak_same_bytes"], summary["labels"]["checked"]
    (20, 20, 20)
    >>> spark.read.parquet(f"{issues}/rows").where("issue = 'leak_same_bytes' and rank = 1").count()
    1
    """
    return analyse(spark, "audit", predictions=predictions, output=output, other=other, truth=truth, **options)
