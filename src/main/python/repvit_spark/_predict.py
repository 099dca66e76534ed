import sys
from typing import Any

from pyspark import keyword_only
from pyspark.errors import PySparkException
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaTransformer
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.utils import is_remote

from repvit_spark._session import SetupError, java

_PACKAGE = "io.repvit.predict"


def _param(name: str, doc: str, converter: Any) -> Any:
    return Param(Params._dummy(), name, doc, converter)


class ImageClassifier(JavaTransformer, JavaMLReadable["ImageClassifier"], JavaMLWritable):
    """Classifies the images of a column with a model, as the batch job does. Works over Spark Connect, too.

    The Java class of the same name does the work; ``docs/spark.md`` describes columns and parameters.

    >>> import repvit_spark
    >>> spark = repvit_spark.session()
    >>> images, model = repvit_spark.demo()
    >>> frame = spark.read.format("binaryFile").load(images + "/bag")
    >>> classifier = ImageClassifier(model=model, inputCol="content", topK=2)
    >>> classifier.transform(frame).select("prediction.label", "prediction.width").first()
    Row(label='bag', width=28)
    >>> classifier.setOnError("fail").getOnError(), classifier.getTopK()
    ('fail', 2)
    """

    # Spark derives the name of the Java class from that of this one, and the reverse when it loads a pipeline.
    __module__ = _PACKAGE

    model: Param[str] = _param("model", "path or URI of the ONNX file", TypeConverters.toString)
    modelSha256: Param[str] = _param(
        "modelSha256", "SHA-256 that the ONNX file must have, 64 lower-case hex digits", TypeConverters.toString
    )
    inputCol: Param[str] = _param("inputCol", "column with images or their paths", TypeConverters.toString)
    outputCol: Param[str] = _param("outputCol", "column of structs that is added", TypeConverters.toString)
    topK: Param[int] = _param("topK", "classes kept per image, at least 1", TypeConverters.toInt)
    embeddingCol: Param[str] = _param(
        "embeddingCol",
        "column for the embedding, which then is not in the struct",
        TypeConverters.toString,
    )
    embeddingType: Param[str] = _param(
        "embeddingType", "type of the embedding: 'array' or 'vector'", TypeConverters.toString
    )
    orientation: Param[str] = _param(
        "orientation",
        "whether the EXIF orientation is applied: 'exif' or 'ignore'",
        TypeConverters.toString,
    )
    maxImageBytes: Param[int] = _param("maxImageBytes", "largest encoded image, bytes", TypeConverters.toInt)
    maxImagePixels: Param[int] = _param(
        "maxImagePixels", "largest image, width times height", TypeConverters.toInt
    )
    batchSize: Param[int] = _param("batchSize", "images per inference, 1 to 256", TypeConverters.toInt)
    onError: Param[str] = _param(
        "onError",
        "what an image without a prediction gives: an error in its row, or a failure: 'row' or 'fail'",
        TypeConverters.toString,
    )

    _input_kwargs: dict[str, Any]

    @keyword_only
    def __init__(
        self,
        *,
        model: str | None = None,
        modelSha256: str | None = None,
        inputCol: str | None = None,
        outputCol: str | None = None,
        topK: int | None = None,
        embeddingCol: str | None = None,
        embeddingType: str | None = None,
        orientation: str | None = None,
        maxImageBytes: int | None = None,
        maxImagePixels: int | None = None,
        batchSize: int | None = None,
        onError: str | None = None,
    ) -> None:
        super().__init__()
        name = f"{_PACKAGE}.{type(self).__name__}"
        if not is_remote():
            java(SparkSession.active(), name)
        self._java_obj = self._new_java_obj(name, self.uid)
        self._setDefault(
            inputCol="image",
            outputCol="prediction",
            topK=5,
            embeddingType="array",
            orientation="exif",
            maxImageBytes=64 << 20,
            maxImagePixels=64_000_000,
            batchSize=4,
            onError="row",
        )
        self.setParams(**self._input_kwargs)

    @keyword_only
    def setParams(
        self,
        *,
        model: str | None = None,
        modelSha256: str | None = None,
        inputCol: str | None = None,
        outputCol: str | None = None,
        topK: int | None = None,
        embeddingCol: str | None = None,
        embeddingType: str | None = None,
        orientation: str | None = None,
        maxImageBytes: int | None = None,
        maxImagePixels: int | None = None,
        batchSize: int | None = None,
        onError: str | None = None,
    ) -> "ImageClassifier":
        """Sets parameters; ``None`` leaves one as it is."""
        given = {name: value for name, value in self._input_kwargs.items() if value is not None}
        return self._set(**given)

    def _transform(self, dataset: DataFrame) -> DataFrame:
        transformed: DataFrame = super()._transform(dataset)
        try:
            transformed.schema  # A query over Spark Connect would report model and columns later.
        except PySparkException as e:
            if e.getCondition() == "CONNECT_ML.UNSUPPORTED_EXCEPTION":
                raise SetupError(
                    f"{self._java_obj} is not on the class path of the Spark Connect server; start the server with --jars and"
                    " the job jar"
                ) from e
            raise
        return transformed

    def setModel(self, value: str) -> "ImageClassifier":
        """Sets :py:attr:`model`."""
        return self._set(model=value)

    def getModel(self) -> str:
        """Gets :py:attr:`model` or its default."""
        return self.getOrDefault(self.model)

    def setModelSha256(self, value: str) -> "ImageClassifier":
        """Sets :py:attr:`modelSha256`."""
        return self._set(modelSha256=value)

    def getModelSha256(self) -> str:
        """Gets :py:attr:`modelSha256` or its default."""
        return self.getOrDefault(self.modelSha256)

    def setInputCol(self, value: str) -> "ImageClassifier":
        """Sets :py:attr:`inputCol`."""
        return self._set(inputCol=value)

    def getInputCol(self) -> str:
        """Gets :py:attr:`inputCol` or its default."""
        return self.getOrDefault(self.inputCol)

    def setOutputCol(self, value: str) -> "ImageClassifier":
        """Sets :py:attr:`outputCol`."""
        return self._set(outputCol=value)

    def getOutputCol(self) -> str:
        """Gets :py:attr:`outputCol` or its default."""
        return self.getOrDefault(self.outputCol)

    def setTopK(self, value: int) -> "ImageClassifier":
        """Sets :py:attr:`topK`."""
        return self._set(topK=value)

    def getTopK(self) -> int:
        """Gets :py:attr:`topK` or its default."""
        return self.getOrDefault(self.topK)

    def setEmbeddingCol(self, value: str) -> "ImageClassifier":
        """Sets :py:attr:`embeddingCol`."""
        return self._set(embeddingCol=value)

    def getEmbeddingCol(self) -> str:
        """Gets :py:attr:`embeddingCol` or its default."""
        return self.getOrDefault(self.embeddingCol)

    def setEmbeddingType(self, value: str) -> "ImageClassifier":
        """Sets :py:attr:`embeddingType`."""
        return self._set(embeddingType=value)

    def getEmbeddingType(self) -> str:
        """Gets :py:attr:`embeddingType` or its default."""
        return self.getOrDefault(self.embeddingType)

    def setOrientation(self, value: str) -> "ImageClassifier":
        """Sets :py:attr:`orientation`."""
        return self._set(orientation=value)

    def getOrientation(self) -> str:
        """Gets :py:attr:`orientation` or its default."""
        return self.getOrDefault(self.orientation)

    def setMaxImageBytes(self, value: int) -> "ImageClassifier":
        """Sets :py:attr:`maxImageBytes`."""
        return self._set(maxImageBytes=value)

    def getMaxImageBytes(self) -> int:
        """Gets :py:attr:`maxImageBytes` or its default."""
        return self.getOrDefault(self.maxImageBytes)

    def setMaxImagePixels(self, value: int) -> "ImageClassifier":
        """Sets :py:attr:`maxImagePixels`."""
        return self._set(maxImagePixels=value)

    def getMaxImagePixels(self) -> int:
        """Gets :py:attr:`maxImagePixels` or its default."""
        return self.getOrDefault(self.maxImagePixels)

    def setBatchSize(self, value: int) -> "ImageClassifier":
        """Sets :py:attr:`batchSize`."""
        return self._set(batchSize=value)

    def getBatchSize(self) -> int:
        """Gets :py:attr:`batchSize` or its default."""
        return self.getOrDefault(self.batchSize)

    def setOnError(self, value: str) -> "ImageClassifier":
        """Sets :py:attr:`onError`."""
        return self._set(onError=value)

    def getOnError(self) -> str:
        """Gets :py:attr:`onError` or its default."""
        return self.getOrDefault(self.onError)


# Where Spark looks for the class when it loads a pipeline.
sys.modules[_PACKAGE] = sys.modules[__name__]

# doctest leaves out classes of other modules.
__test__ = {"ImageClassifier": ImageClassifier}
