/**
 * A float32 array and its shape. Both records validate their arguments.
 *
 * <p>Entry: {@link io.repvit.tensor.Tensor}. This package must not know file formats, layers or any
 * other package.
 */
@NullMarked
package io.repvit.tensor;

import org.jspecify.annotations.NullMarked;
