import os

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql.functions import broadcast, col, desc, row_number

_OBJECT = "path STRING, length BIGINT, modified_at TIMESTAMP, etag STRING, carried MAP<STRING, STRING>"
_RUN = "run_date DATE, run_id STRING"

#: The columns in the files and the partition columns, whose types Spark would guess: 007 is a run, and not the number 7.
PREDICTIONS = (
    f"{_OBJECT}, content_sha256 STRING, width INT, height INT, format STRING, label STRING, label_index INT, score FLOAT,"
    " top_k ARRAY<STRUCT<label: STRING, label_index: INT, score: FLOAT>>, embedding ARRAY<FLOAT>, model STRING,"
    f" model_sha256 STRING, preprocessing STRING, predicted_at TIMESTAMP, {_RUN}"
)
QUARANTINE = f"{_OBJECT}, stage STRING, code STRING, message STRING, attempt INT, model_sha256 STRING, {_RUN}"


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
    rows = _published(spark, output, "predictions", PREDICTIONS)
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
    return _published(spark, output, "quarantine", QUARANTINE)


def _published(
    spark: SparkSession, output: str | os.PathLike[str], table: str, schema: str
) -> DataFrame:
    """The rows of the runs that have a manifest, which is written last."""
    root = os.fspath(output).rstrip("/")
    runs = (
        spark.read.schema(_RUN)
        .options(multiLine=True, recursiveFileLookup=True, pathGlobFilter="manifest.json")
        .json(f"{root}/runs")
    )
    rows = spark.read.schema(schema).parquet(f"{root}/{table}")
    return rows.join(broadcast(runs), ["run_date", "run_id"], "left_semi").select(*rows.columns)
