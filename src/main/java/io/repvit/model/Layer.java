package io.repvit.model;

/** A part of a network that maps one activation to another. */
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

  /** Runs the forward pass on the given operations. */
  <T> T forward(Ops<T> ops, T x);

  /**
   * Returns a layer that computes the same function, with every BatchNorm and parallel branch
   * folded into a convolution or linear layer (structural reparameterisation).
   */
  Layer fuse();
}
