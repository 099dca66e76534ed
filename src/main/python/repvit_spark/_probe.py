from typing import Any

from pyspark.sql import SparkSession

from repvit_spark._analysis import analyse
from repvit_spark._run import Location, Option


def probe(spark: SparkSession, predictions: Location, output: Location, **options: Option) -> dict[str, Any]:
    """Trains a classifier for your own labels on stored embeddings, as ``repvit probe`` does, and returns its summary.

    Without ``truth`` and ``truth_column`` the label of an image is the name of its folder. With ``model``, which
    computed the embeddings, and ``write_model`` the classifier is written into a new model file.
    ``{output}/rows`` has a prediction for each labelled image, ``{output}/report.html`` is the page.

    :param predictions: output of ``run``, or a folder of predictions
    :param output: folder of the results
    :param options: options of ``repvit probe`` with ``_`` for ``-``, such as ``images_per_class=[5, 10]``;
        ``conf/probe.conf`` has all of them with their defaults, and ``None`` is the default
    :raises AnalysisError: there are no results; ``exit_code`` and ``message`` say why

    >>> import repvit_spark, tempfile
    >>> from repvit_spark import probe, run
    >>> spark = repvit_spark.session()
    >>> images, model = repvit_spark.demo()
    >>> folder = tempfile.mkdtemp()
    >>> manifest = run(spark, model, images, folder + "/tables")
    >>> new_model = folder + "/new.onnx"
    >>> summary = probe(
    ...     spark, folder + "/tables", folder + "/probe", folds=2, regularisation=[0.1], model=model, write_model=new_model
    ... )
    >>> summary["images"], len(summary["classes"]), summary["model"]["verified"]["images"]
    (20, 10, 20)
    >>> run(spark, new_model, images, folder + "/again")["predicted"]
    20
    """
    return analyse(spark, "probe", predictions=predictions, output=output, **options)
