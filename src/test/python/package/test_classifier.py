"""The transformer from Python, in a local session and over Spark Connect."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyspark.errors import IllegalArgumentException
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.feature import Normalizer
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql.functions import col, regexp_extract, udf

from repvit_spark import Demo, ImageClassifier, read_predictions

FIELDS = ["label", "label_index", "score", "top_k", "embedding", "width", "height", "format"]


@pytest.fixture
def images(spark: SparkSession, demo: Demo) -> DataFrame:
    return spark.read.format("binaryFile").load(f"{demo.images}/*")


def answers(frame: DataFrame, prefix: str = "") -> list[Row]:
    """Class folder and name of each image, with what the model says."""
    name = regexp_extract("path", "[^/]+/[^/]+$", 0).alias("name")
    return frame.select(name, *(col(prefix + field) for field in FIELDS)).orderBy("name").collect()


def test_rows_are_those_of_a_run(
    spark: SparkSession, demo: Demo, images: DataFrame, published: Path
) -> None:
    expected = answers(read_predictions(spark, published))
    assert len(expected) == 20
    of_bytes = ImageClassifier(model=demo.model, inputCol="content")
    assert answers(of_bytes.transform(images), "prediction.") == expected
    of_paths = ImageClassifier(model=demo.model).setInputCol("path").setOutputCol("answer")
    assert answers(of_paths.transform(images.select("path")), "answer.") == expected


def test_no_row_passes_through_a_python_worker(
    demo: Demo, images: DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    python_nodes = re.compile("Python|Arrow|Pandas")

    def plan(frame: DataFrame) -> str:
        frame.explain()
        return capsys.readouterr().out

    in_python = images.withColumn("size", udf(len, "int")("content"))
    assert python_nodes.search(plan(in_python))
    classifier = ImageClassifier(model=demo.model, inputCol="content")
    in_jvm = plan(classifier.transform(images).select("path", "prediction.label"))
    assert "MapPartitions" in in_jvm
    assert not python_nodes.search(in_jvm)


def test_a_pipeline_is_saved_with_its_model_and_loaded(
    demo: Demo, images: DataFrame, tmp_path: Path
) -> None:
    classifier = ImageClassifier(
        model=demo.model, inputCol="content", embeddingCol="features", embeddingType="vector", topK=2
    )
    normalizer = Normalizer(inputCol="features", outputCol="normed")
    pipeline = Pipeline(stages=[classifier, normalizer])
    pipeline.write().overwrite().save(str(tmp_path / "pipeline"))
    fitted = pipeline.fit(images)
    fitted.write().overwrite().save(str(tmp_path / "fitted"))

    loaded: Any = PipelineModel.load(str(tmp_path / "fitted"))
    again: Any = Pipeline.load(str(tmp_path / "pipeline"))
    for stage in (loaded.stages[0], again.getStages()[0]):
        assert isinstance(stage, ImageClassifier)
        assert (stage.uid, stage.getTopK()) == (classifier.uid, 2)
        assert str(tmp_path) in stage.getModel()
    before = fitted.transform(images).orderBy("path").select("prediction", "normed").collect()
    assert loaded.transform(images).orderBy("path").select("prediction", "normed").collect() == before
    assert before[0].normed.norm(2) == pytest.approx(1)
    assert len(before[0].prediction.top_k) == 2


def test_a_classifier_is_saved_and_loaded(demo: Demo, tmp_path: Path) -> None:
    classifier = ImageClassifier(model=demo.model, batchSize=2, maxImagePixels=1_000_000)
    classifier.save(str(tmp_path / "saved"))
    loaded = ImageClassifier.load(str(tmp_path / "saved"))
    assert (loaded.getBatchSize(), loaded.getMaxImagePixels()) == (2, 1_000_000)
    assert loaded.getOnError() == "row"
    assert loaded.getModelSha256() == sha256(Path(demo.model).read_bytes()).hexdigest()


def test_params_are_set_and_copied(demo: Demo) -> None:
    classifier = ImageClassifier(topK=1).setParams(topK=2, onError="fail", model=None)
    assert (classifier.getTopK(), classifier.getOnError()) == (2, "fail")
    assert not classifier.isSet("model")
    copy = classifier.copy({classifier.topK: 3})
    assert (copy.getTopK(), copy.getOnError(), classifier.getTopK()) == (3, "fail", 2)
    with pytest.raises(TypeError, match="topK"):
        classifier.setTopK("many")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="forces keyword arguments"):
        ImageClassifier(demo.model)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"model": "/absent/m.onnx"}, "model /absent/m.onnx does not exist"),
        ({"modelSha256": "0" * 64}, f"expected {'0' * 64}"),
        ({"modelSha256": "0"}, "modelSha256 is '0', expected 64 lower-case hex digits"),
        ({"inputCol": "length"}, "column 'length' has the type bigint, expected binary"),
        ({"inputCol": "image"}, "inputCol is 'image', but the columns are path, "),
        ({"topK": 0}, "topK is '0', expected at least 1"),
        ({"outputCol": "path"}, "there is such a column already"),
    ],
)
def test_wrong_params_are_refused_before_a_job_runs(
    demo: Demo, images: DataFrame, params: dict[str, Any], message: str
) -> None:
    classifier = ImageClassifier(**{"model": demo.model, "inputCol": "content", **params})
    with pytest.raises(IllegalArgumentException) as raised:
        classifier.transform(images)
    assert message in str(raised.value)


def test_broken_images_have_an_error_and_null_ones_are_null(
    spark: SparkSession, demo: Demo
) -> None:
    frame = spark.createDataFrame([(1, b"no image"), (2, None)], "id int, image binary")
    classified = ImageClassifier(model=demo.model).transform(frame).orderBy("id")
    broken, absent = (row.prediction for row in classified.collect())
    assert (broken.label, broken.error.stage, broken.error.code) == (None, "decode", "UNRECOGNISED")
    assert absent is None
    failing = ImageClassifier(model=demo.model, onError="fail").transform(frame)
    with pytest.raises(Exception, match="cannot be classified: decode/UNRECOGNISED"):
        failing.collect()


def test_sql_functions_are_found_without_configuration(images: DataFrame) -> None:
    sizes = images.selectExpr("image_size(content).width AS width").distinct().collect()
    assert [row.width for row in sizes] == [28]


def test_sql_and_the_transformer_give_equal_predictions(
    spark: SparkSession, images: DataFrame, demo: Demo
) -> None:
    sql = images.selectExpr(
        "path",
        f"repvit_classify(content, '{demo.model}') AS p",
        f"size(repvit_embed(content, '{demo.model}')) AS width",
    )
    transformed = ImageClassifier(model=demo.model, inputCol="content").transform(images)
    expected = {row.path: row.prediction for row in transformed.select("path", "prediction").collect()}
    rows = sql.collect()
    assert len(rows) == len(expected) == 20
    for row in rows:
        assert (row.p.label, row.p.format) == (expected[row.path].label, expected[row.path].format)
        assert row.p.score == pytest.approx(expected[row.path].score, abs=1e-5)
        assert row.width == len(expected[row.path].embedding)
