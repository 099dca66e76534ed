package io.repvit.model;

import io.repvit.checkpoint.TensorSource;
import io.repvit.model.Design.Classifier;
import io.repvit.model.Design.Downsampling;
import io.repvit.model.Design.Mixers;
import io.repvit.model.Design.Row;
import io.repvit.model.Design.Stage;
import io.repvit.model.Design.Stem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The network of a {@link DesignStep}. Layers that RepViT has too use the names of {@link
 * TimmKeys}. The names of other blocks begin with {@code stages.i.downsample} or {@code
 * stages.i.blocks.j}.
 */
public record DesignNetwork(List<Layer> layers, Head head) implements Network {
  private static final int RGB = 3;

  /** Output channels of the first convolution in MobileNetV3. */
  private static final int STEM_FILTERS = 16;

  /** Channels before pooling in MobileNetV3-L. */
  private static final int POOLED = 960;

  /** Width of the hidden layer in the classifier of MobileNetV3-L. */
  private static final int EXPANDED = 1280;

  public DesignNetwork {
    layers = List.copyOf(layers);
  }

  /** Builds the network of a step in training form. */
  public static DesignNetwork load(TensorSource source, DesignStep step, int classes) {
    var loader = new Loader(source, new TimmKeys(), "design step " + step.number());
    Design design = step.design();
    var layers = new ArrayList<Layer>();
    int width = design.stages().get(0).entry().width();
    if (design.stem() == Stem.EARLY_CONVOLUTIONS) {
      layers.add(RepVitStem.load(loader, width));
    } else {
      layers.add(convGelu(loader, "stem.conv1", ConvSpec.full(RGB, STEM_FILTERS, 3, 2)));
      layers.add(InvertedResidual.separable(loader, "stem.separable", STEM_FILTERS));
      width = STEM_FILTERS;
    }
    for (int stage = 0; stage < design.stages().size(); stage++) {
      width = addStage(layers, loader, design, stage, width);
    }
    Head head;
    if (design.classifier() == Classifier.EXPANDED) {
      layers.add(convGelu(loader, "head.conv", ConvSpec.pointwise(width, POOLED)));
      head =
          new ExpandedHead(
              Linear.load(loader, "head.expand", POOLED, EXPANDED),
              Linear.load(loader, "head.classifier", EXPANDED, classes));
    } else {
      head = RepVitClassifier.load(loader, width, classes);
    }
    source.requireAllTaken();
    return new DesignNetwork(layers, head);
  }

  /** Adds the layers of a stage and returns its output channels. */
  private static int addStage(
      List<Layer> layers, Loader loader, Design design, int index, int before) {
    Stage stage = design.stages().get(index);
    Row entry = stage.entry();
    if (index > 0 && design.downsampling() == Downsampling.DEEPER) {
      int kernelBefore = design.stages().get(index - 1).entry().kernel();
      layers.add(
          RepVitDownsample.load(
              loader, index, before, entry.width(), kernelBefore, entry.kernel()));
    } else if (index > 0 || design.stem() == Stem.MOBILE_NET) {
      layers.add(
          block(loader, design.mixers(), "stages." + index + ".downsample", entry, before, 2));
    }
    int width = entry.width();
    for (int j = 0; j < stage.blocks().size(); j++) {
      Row row = stage.blocks().get(j);
      String prefix = String.format(Locale.ROOT, "stages.%d.blocks.%d", index, j);
      layers.add(block(loader, design.mixers(), prefix, row, width, 1));
      width = row.width();
    }
    return width;
  }

  private static Layer block(
      Loader loader, Mixers mixers, String prefix, Row row, int in, int stride) {
    if (mixers == Mixers.COUPLED) {
      return InvertedResidual.load(loader, prefix, row, in, stride);
    }
    KeyLayout.BlockKeys keys = TimmKeys.block(prefix);
    return stride == 1 && in == row.width()
        ? RepVitBlock.load(loader, keys, in, row.kernel(), row.hidden(in), row.squeezeExcite())
        : RepVitTransition.load(loader, keys, row, in, stride);
  }

  private static ConvGelu convGelu(Loader loader, String key, ConvSpec spec) {
    return new ConvGelu(ConvNorm.load(loader, key, spec));
  }

  @Override
  public <T> Outputs<T> forward(Ops<T> ops, T pixels) {
    T x = pixels;
    for (Layer layer : layers) {
      x = layer.forward(ops, x);
    }
    T embedding = ops.flatten(ops.globalAveragePool(x));
    return new Outputs<>(head.forward(ops, embedding), embedding);
  }

  @Override
  public DesignNetwork fuse() {
    return new DesignNetwork(layers.stream().map(Layer::fuse).toList(), head.fuse());
  }
}
