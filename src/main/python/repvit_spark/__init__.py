"""RepViT on Apache Spark, from Python.

Python only builds the query: images are read, decoded and classified in the JVM, and no row passes through a Python
worker.

>>> import repvit_spark
>>> spark = repvit_spark.session()
>>> demo = repvit_spark.demo()
>>> images = spark.read.format("binaryFile").load(demo.images + "/*")
>>> classifier = repvit_spark.ImageClassifier(model=demo.model, inputCol="content")
>>> classified = classifier.transform(images).select("prediction.label", "prediction.width")
>>> classified.where("label = 'bag'").first()
Row(label='bag', width=28)
"""

from importlib.metadata import version as _version

from repvit_spark._analysis import AnalysisError
from repvit_spark._audit import audit
from repvit_spark._clusters import cluster
from repvit_spark._demo import Demo, demo
from repvit_spark._duplicates import duplicates
from repvit_spark._evaluate import evaluate
from repvit_spark._neighbours import neighbours
from repvit_spark._predict import ImageClassifier
from repvit_spark._probe import probe
from repvit_spark._run import NothingNew, RunError, run
from repvit_spark._session import SetupError, builder, jar_path, session
from repvit_spark._tables import read_predictions, read_quarantine

__all__ = [
    "AnalysisError",
    "Demo",
    "ImageClassifier",
    "NothingNew",
    "RunError",
    "SetupError",
    "audit",
    "builder",
    "cluster",
    "demo",
    "duplicates",
    "evaluate",
    "jar_path",
    "neighbours",
    "probe",
    "read_predictions",
    "read_quarantine",
    "run",
    "session",
]

__version__ = _version("repvit-spark")
