/**
 * Untrusted checkpoint files to named tensors.
 *
 * <p>Entry: {@link io.repvit.checkpoint.CheckpointReader}. Nothing in a file is executed, every
 * size in it is checked before memory is taken, and every defect has its own message. Knows no
 * layer and no network.
 */
@NullMarked
package io.repvit.checkpoint;

import org.jspecify.annotations.NullMarked;
