package io.repvit.model;

/** A part of the network that turns one activation into another. */
public sealed interface Layer
    permits ConvLayer,
        ConvGelu,
        InvertedResidual,
        RepVitTransition,
        SqueezeExcite,
        RepVitMlp,
        RepVitBlock,
        RepVitStem,
        RepVitDownsample,
        RepVitStage,
        Head {

  /** The forward pass. */
  <T> T forward(Ops<T> ops, T x);

  /** The same function with every BatchNorm and every parallel branch folded away. */
  Layer fuse();
}
