/**
 * The layers and variants of RepViT. Each class is a block of the paper (arXiv 2307.09283) and of
 * timm's {@code models/repvit.py}, and has its structural reparameterisation in its method {@code
 * fuse()}.
 *
 * <p>Entry: {@link io.repvit.model.RepVit}. A layer defines its forward pass once, on the interface
 * {@link io.repvit.model.Ops}. An implementation of {@code Ops} emits an ONNX graph, counts the
 * cost, or computes the result. This package must not know ONNX or file formats.
 */
@NullMarked
package io.repvit.model;

import org.jspecify.annotations.NullMarked;
