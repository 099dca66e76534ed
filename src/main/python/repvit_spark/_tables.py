import os

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql.functions import broadcast, coalesce, col, desc, explode, row_number
from pyspark.sql.types import ArrayType, DateType, StringType, StructField, StructType

#: The partition columns. Spark would guess their types: 007 is a run, and not the number 7.
_RUN = StructType([StructField("run_date", DateType()), StructField("run_id", StringType())])

#: The runs that a compaction replaces, in its manifest, and the run of a row, in its files.
_COMPACTED = StructField("compacted", ArrayType(StringType()))
_ORIGINAL = "original_run_id"


def read_predictions(
    spark: SparkSession, output: str | os.PathLike[str], latest: bool = True
) -> DataFrame:
    """The predictions of the published runs below ``output``. Also over Spark Connect.

    :param latest: one row per path and model, the newest; otherwise the rows of all runs

    >>> import repvit_spark, tempfile
    >>> spark = repvit_spark.session()
    >>> images, model = repvit_spark.demo()
    >>> output = tempfile.mkdtemp()
    >>> for _ in range(2):
    ...     manifest = repvit_spark.run(spark, model, images, output, rescore=True)
    >>> read_predictions(spark, output).count(), read_predictions(spark, output, latest=False).count()
    (20, 40)
    """
    rows = _published(spark, output, "predictions")
    if not latest:
        return rows
    newest = Window.partitionBy("path", "model_sha256").orderBy(
        desc("predicted_at"), desc("run_date"), desc("run_id")
    )
    return rows.withColumn("_row", row_number().over(newest)).where(col("_row") == 1).drop("_row")


def read_quarantine(spark: SparkSession, output: str | os.PathLike[str]) -> DataFrame:
    """The images that the published runs below ``output`` could not classify. Also over Spark Connect.

    >>> import pathlib, repvit_spark, tempfile
    >>> spark = repvit_spark.session()
    >>> images = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (images / "broken.png").write_text("no image")
    >>> manifest = repvit_spark.run(
    ...     spark, repvit_spark.demo().model, images, images / "tables", max_quarantine_rate=1.0)
    >>> read_quarantine(spark, images / "tables").select("stage", "code").first()
    Row(stage='decode', code='UNRECOGNISED')
    """
    return _published(spark, output, "quarantine")


def _published(spark: SparkSession, output: str | os.PathLike[str], table: str) -> DataFrame:
    """The rows of the runs that have a manifest, which is written last, and that no compaction replaces."""
    root = os.fspath(output).rstrip("/")
    runs = (
        spark.read.schema(StructType([*_RUN, _COMPACTED]))
        .options(multiLine=True, recursiveFileLookup=True, pathGlobFilter="manifest.json")
        .json(f"{root}/runs")
    )
    runs.schema  # Before the tables: an output without runs is an error that names this folder.
    replaced = runs.select("run_date", explode("compacted").alias("run_id"))
    runs = runs.select(_RUN.names).join(broadcast(replaced), _RUN.names, "left_anti")
    # Runs of different versions have different columns.
    found = spark.read.option("mergeSchema", True).parquet(f"{root}/{table}").schema
    columns = [field for field in found if field.name not in _RUN.names]
    rows = spark.read.schema(StructType([*columns, *_RUN])).parquet(f"{root}/{table}")
    rows = rows.join(broadcast(runs), _RUN.names, "left_semi").select(*rows.columns)
    if _ORIGINAL in rows.columns:
        rows = rows.withColumn("run_id", coalesce(_ORIGINAL, "run_id")).drop(_ORIGINAL)
    return rows
