package io.repvit.predict;

import io.repvit.image.Animated;
import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.image.JpegScaling;
import io.repvit.image.MeasureOptions;
import io.repvit.image.Orientation;
import io.repvit.inference.ImageBatch;
import io.repvit.source.FetchWindow;
import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/**
 * The params of an {@link ImageClassifier}. MLlib finds them by the public methods that return one.
 * They are texts and numbers, which Spark Connect can set.
 */
public abstract class ImageClassifierParams extends Transformer {
  private static final long serialVersionUID = 1;

  private final String uid;
  private final Param<String> model;
  private final Param<String> modelSha256;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final IntParam topK;
  private final Param<String> embeddingCol;
  private final Param<String> embeddingType;
  private final Param<String> orientation;
  private final LongParam maxImageBytes;
  private final LongParam maxImagePixels;
  private final IntParam batchSize;
  private final Param<String> onError;

  ImageClassifierParams(String uid) {
    this.uid = uid;
    var make = new CheckedParams(uid);
    ImageLimits limits = ImageLimits.DEFAULT;
    model = make.text("model", "path or URI of the ONNX file");
    modelSha256 = make.sha256("modelSha256", "SHA-256 that the ONNX file must have");
    inputCol = make.text("inputCol", "column with images or their paths");
    outputCol = make.text("outputCol", "column of structs that is added");
    topK = make.number("topK", "classes kept per image", 1, Integer.MAX_VALUE);
    embeddingCol =
        make.text("embeddingCol", "column for the embedding, which then is not in the struct");
    embeddingType = make.choice("embeddingType", "type of the embedding", "array", "vector");
    orientation =
        make.choice("orientation", "whether the EXIF orientation is applied", "exif", "ignore");
    maxImageBytes =
        make.number("maxImageBytes", "largest encoded image, bytes", (long) Integer.MAX_VALUE);
    maxImagePixels =
        make.number(
            "maxImagePixels", "largest image, width times height", ImageLimits.GREATEST_MAX_PIXELS);
    batchSize = make.number("batchSize", "images per inference", 1, ImageBatch.MAX_SIZE);
    onError =
        make.choice(
            "onError",
                "what an image without a prediction gives: an error in its row, or a failure",
            "row", "fail");
    setDefault(inputCol, "image");
    setDefault(outputCol, "prediction");
    setDefault(topK, ClassifyOptions.DEFAULT.topK());
    setDefault(embeddingType, "array");
    setDefault(orientation, "exif");
    setDefault(maxImageBytes, limits.maxEncodedBytes());
    setDefault(maxImagePixels, limits.maxPixels());
    setDefault(batchSize, ClassifyOptions.DEFAULT.batch());
    setDefault(onError, "row");
  }

  @Override
  public String uid() {
    return uid;
  }

  final ClassifyOptions options(FetchWindow window) {
    return new ClassifyOptions(
        getBatchSize(),
        getTopK(),
        new ImageLimits(getMaxImageBytes(), getMaxImagePixels(), ImageLimits.DEFAULT_MAX_SECONDS),
        new DecodeOptions(
            Orientation.valueOf(getOrientation().toUpperCase(Locale.ROOT)),
            JpegScaling.FULL,
            Animated.REFUSE),
        window,
        0,
        0,
        0,
        MeasureOptions.NONE);
  }

  final boolean isVector() {
    return getEmbeddingType().equals("vector");
  }

  public Param<String> model() {
    return model;
  }

  public String getModel() {
    return getOrDefault(model);
  }

  public Param<String> modelSha256() {
    return modelSha256;
  }

  public String getModelSha256() {
    return getOrDefault(modelSha256);
  }

  public Param<String> inputCol() {
    return inputCol;
  }

  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  public Param<String> outputCol() {
    return outputCol;
  }

  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  public IntParam topK() {
    return topK;
  }

  public int getTopK() {
    return (int) getOrDefault(topK);
  }

  public Param<String> embeddingCol() {
    return embeddingCol;
  }

  public String getEmbeddingCol() {
    return getOrDefault(embeddingCol);
  }

  public Param<String> embeddingType() {
    return embeddingType;
  }

  public String getEmbeddingType() {
    return getOrDefault(embeddingType);
  }

  public Param<String> orientation() {
    return orientation;
  }

  public String getOrientation() {
    return getOrDefault(orientation);
  }

  public LongParam maxImageBytes() {
    return maxImageBytes;
  }

  public long getMaxImageBytes() {
    return (long) getOrDefault(maxImageBytes);
  }

  public LongParam maxImagePixels() {
    return maxImagePixels;
  }

  public long getMaxImagePixels() {
    return (long) getOrDefault(maxImagePixels);
  }

  public IntParam batchSize() {
    return batchSize;
  }

  public int getBatchSize() {
    return (int) getOrDefault(batchSize);
  }

  public Param<String> onError() {
    return onError;
  }

  public String getOnError() {
    return getOrDefault(onError);
  }
}
