package io.repvit.predict;

import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.image.MeasureOptions;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Prediction;
import io.repvit.source.FetchWindow;
import io.repvit.source.Fetched;
import io.repvit.source.Quarantined;
import io.repvit.source.SourceObject;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Runs of a {@link PartitionPredictor}, and images of one colour. */
final class Predictors {
  static final int RED = 0xc03010;
  static final int GREEN = 0x20d040;
  static final int BLUE = 0x1010ff;
  static final long MANY = 1 << 20;
  static final Runnable GO_ON = () -> {};

  /** A row of the table of predictions. */
  record Predicted(DecodedObject image, Prediction prediction, List<Float> embedding) {
    String path() {
      return image.object().path();
    }
  }

  /** The rows of both tables. */
  static class Rows implements PartitionPredictor.Sink {
    final List<Predicted> predicted = new ArrayList<>();
    final List<Quarantined> quarantined = new ArrayList<>();

    @Override
    public void predicted(
        DecodedObject image,
        Prediction prediction,
        float @Nullable [] embedding,
        Prediction.@Nullable Score first,
        @Nullable FloatBuffer pixels) {
      var values = new ArrayList<Float>();
      for (float v : Objects.requireNonNull(embedding)) {
        values.add(v);
      }
      predicted.add(new Predicted(image, prediction, values));
    }

    @Override
    public void quarantined(Quarantined row) {
      quarantined.add(row);
    }
  }

  private Predictors() {}

  static Rows run(ModelFile model, int batchSize, List<? extends Fetched> images)
      throws ModelException, IOException {
    Rows rows = new Rows();
    try (var session = ClassifierSession.open(model, 1);
        var batch = session.newBatch(batchSize);
        var predictor = predictor(session, batch, rows)) {
      predictor.run(new ArrayList<Fetched>(images).iterator(), GO_ON);
    }
    return rows;
  }

  static PartitionPredictor predictor(ClassifierSession session, ImageBatch batch, Rows rows) {
    return predictor(session, batch, new Outcomes(MANY), rows);
  }

  static PartitionPredictor predictor(
      ClassifierSession session, ImageBatch batch, Outcomes outcomes, Rows rows) {
    return new PartitionPredictor(
        session, batch, options(batch.size(), ImageLimits.DEFAULT), outcomes, rows);
  }

  static ClassifyOptions options(int batch, ImageLimits limits) {
    return new ClassifyOptions(
        batch,
        2,
        limits,
        DecodeOptions.DEFAULT,
        new FetchWindow(3, 1000),
        0,
        0,
        0,
        MeasureOptions.NONE);
  }

  static double mean(int channel) {
    return (channel / 255.0 - 0.5) / 0.1;
  }

  static String name(int colour) {
    return colour == RED ? "red" : colour == GREEN ? "green" : "blue";
  }

  static Fetched.Bytes image(String path, int colour, int width, int height) {
    byte[] bytes = TinyModels.png(colour, width, height);
    return new Fetched.Bytes(new SourceObject(path, bytes.length, 0, null), bytes);
  }
}
