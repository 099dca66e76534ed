/**
 * Shape and values of one array, valid by construction.
 *
 * <p>Entry: {@link io.repvit.tensor.Tensor}. Knows no file format, no layer and no other room.
 */
@NullMarked
package io.repvit.tensor;

import org.jspecify.annotations.NullMarked;
