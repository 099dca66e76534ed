"""What differs over Spark Connect, where Python has no JVM; pyspark-client is installed without the job jar."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

import repvit_spark
from repvit_spark import Demo, ImageClassifier, SetupError

from conftest import connect_server


def test_a_whole_run_needs_the_driver(spark: SparkSession, demo: Demo, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="Spark Connect does not expose; start the job beside"):
        repvit_spark.run(spark, demo.model, demo.images, tmp_path)


def test_the_client_starts_no_driver() -> None:
    with pytest.raises(SetupError, match="connect to a server with SparkSession.builder.remote"):
        repvit_spark.session()


def test_a_thin_wheel_says_where_the_jar_comes_from() -> None:
    with pytest.raises(SetupError, match="installed without its job jar; .* spark.jars.packages"):
        repvit_spark.jar_path()


def test_a_server_without_the_jar_is_told_what_to_do(demo: Demo, tmp_path: Path) -> None:
    with connect_server(tmp_path) as url:
        spark = SparkSession.builder.remote(url).create()
        images = spark.read.format("binaryFile").load(f"{demo.images}/*")
        with pytest.raises(SetupError, match="start the server with --jars"):
            ImageClassifier(model=demo.model, inputCol="content").transform(images)
        spark.stop()
