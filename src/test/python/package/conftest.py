"""Tests of the installed package repvit_spark; jobs/python-test runs them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

import repvit_spark


@pytest.fixture(scope="session", autouse=True)
def spark() -> Iterator[SparkSession]:
    """The session of all tests and doctests, which open no port to other machines."""
    spark = (
        repvit_spark.builder()
        .master("local[2]")
        .config("spark.ui.enabled", False)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 2)
        .getOrCreate()
    )
    yield spark
    spark.stop()


@pytest.fixture(scope="session")
def demo() -> repvit_spark.Demo:
    return repvit_spark.demo()


@pytest.fixture(scope="session")
def published(
    spark: SparkSession, demo: repvit_spark.Demo, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """The output and the manifest of a run over the demonstration images."""
    output = tmp_path_factory.mktemp("published")
    return output, repvit_spark.run(spark, demo.model, demo.images, output, run_id="007")
