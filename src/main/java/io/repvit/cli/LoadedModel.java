package io.repvit.cli;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.onnx.OnnxSummary;
import io.repvit.onnx.Unfused;
import io.repvit.predict.Scorer;
import org.apache.hadoop.conf.Configuration;

/**
 * A model that has classified one batch: a broken one must cost one clear line, not a failed task
 * per core.
 *
 * @param file with its card inside
 * @param card of the file; fused or not as its graph is
 * @param scorer what its rows say made them
 * @param unfused what is left of its training
 */
record LoadedModel(ModelFile file, ModelCard card, Scorer scorer, Unfused unfused) {

  /**
   * Reads and tries the model of a run.
   *
   * @throws ModelException when it cannot be used, or not with its card
   */
  static LoadedModel load(ClassifyConfig config, Configuration hadoop) throws ModelException {
    ModelFile stored = ModelLoader.load(config.model(), config.modelSha256(), hadoop);
    OnnxSummary summary = ModelLoader.summary(stored);
    ModelFile file =
        config.card() == null
            ? stored
            : SideCard.load(config.card(), hadoop).applyTo(stored, summary);
    try (var session = ClassifierSession.open(file, 1)) {
      session.tryOut(config.options().batch());
      ModelCard card = session.card().withFused(summary.fused());
      return new LoadedModel(
          file, card, Scorer.of(stored, card, config.options().decoding()), summary.unfused());
    }
  }
}
