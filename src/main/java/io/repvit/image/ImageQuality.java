package io.repvit.image;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The scores of CleanVision 0.3.7 for one image: 0 to 1, where 1 is good. docs/quality.md has the
 * formulas.
 *
 * @param dark brightness that 1 % of the pixels exceed
 * @param light 1 minus the brightness that 95 % of the pixels exceed
 * @param blurry strength of edges at low resolution
 * @param lowInformation entropy of the histogram, as a tenth of bits, at most 1
 * @param oddAspectRatio short side divided by long side
 * @param grayscale 0 if the channels are equal in all pixels, otherwise 1
 */
public record ImageQuality(
    double dark,
    double light,
    double blurry,
    double lowInformation,
    double oddAspectRatio,
    double grayscale) {

  public ImageQuality {
    for (double score : new double[] {dark, light, blurry, lowInformation, oddAspectRatio}) {
      if (!(score >= 0 && score <= 1)) {
        throw new IllegalArgumentException("score is " + score + ", must be 0 to 1");
      }
    }
    if (grayscale != 0 && grayscale != 1) {
      throw new IllegalArgumentException("grayscale is " + grayscale + ", must be 0 or 1");
    }
  }

  /** The issues, with the threshold of CleanVision below which the score of an image is flagged. */
  public enum Issue {
    DARK(0.32, ImageQuality::dark),
    LIGHT(0.05, ImageQuality::light),
    BLURRY(0.29, ImageQuality::blurry),
    LOW_INFORMATION(0.3, ImageQuality::lowInformation),
    ODD_ASPECT_RATIO(0.35, ImageQuality::oddAspectRatio),
    GRAYSCALE(1, ImageQuality::grayscale);

    private final double threshold;
    private final ToDoubleFunction<ImageQuality> score;

    Issue(double threshold, ToDoubleFunction<ImageQuality> score) {
      this.threshold = threshold;
      this.score = score;
    }

    /** The score from which an image is not flagged. */
    public double threshold() {
      return threshold;
    }

    /** The score of an image for this issue. */
    public double score(ImageQuality quality) {
      return score.applyAsDouble(quality);
    }

    /** The name in tables: lower case, as CleanVision has it. */
    public String column() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the issues whose score is below the threshold. */
  public Set<Issue> issues() {
    Set<Issue> flagged = EnumSet.noneOf(Issue.class);
    for (Issue issue : Issue.values()) {
      if (issue.score(this) < issue.threshold()) {
        flagged.add(issue);
      }
    }
    return flagged;
  }
}
