package io.repvit.export;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.onnx.CardedModel;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes a temperature into a copy of a model. The graph and its logits do not change; sessions
 * read the temperature from the card and divide the logits by it. Labels do not change either.
 */
public final class Calibrator {
  private Calibrator() {}

  /**
   * Writes the copy.
   *
   * @param model a model with a card, of any precision
   * @param temperature fitted on scores of this model; it multiplies the temperature that the card
   *     has
   * @param output path of the ONNX file; it is written atomically and replaces an existing file
   * @return the written file
   * @throws ModelException if the model cannot be loaded or has no card
   * @throws ExportException if the folder of {@code output} is missing
   */
  public static ModelFile write(ModelFile model, double temperature, Path output)
      throws ModelException, IOException {
    ModelCard card;
    try (var session = ClassifierSession.open(model, 1)) {
      card = session.card().withTemperature(temperature * session.card().temperature());
    }
    byte[] bytes =
        CardedModel.withEntry(
            model.name(),
            model.bytes(),
            ModelCard.TEMPERATURE_ENTRY,
            Double.toString(card.temperature()));
    var calibrated = ModelFile.of(String.valueOf(output.getFileName()), bytes);
    try (var session = ClassifierSession.open(calibrated, 1)) {
      if (!session.card().equals(card)) {
        throw new ExportException(
            model.name() + ": the card reads back as " + session.card() + ", expected " + card);
      }
    }
    AtomicFile.write(output, bytes);
    return calibrated;
  }
}
