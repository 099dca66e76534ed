/**
 * RepViT's blocks and variants, class for class with the paper (arXiv 2307.09283) and timm's {@code
 * models/repvit.py}; the fold sits beside the layer it folds.
 *
 * <p>Entry: {@link io.repvit.model.RepVit}. A layer describes its computation once, over {@link
 * io.repvit.model.Ops}; whoever implements those operations gets a graph, a cost or a result. Knows
 * no ONNX and no file format.
 */
@NullMarked
package io.repvit.model;

import org.jspecify.annotations.NullMarked;
