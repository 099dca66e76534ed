/**
 * Reads untrusted checkpoint files into named tensors.
 *
 * <p>Entry: {@link io.repvit.checkpoint.CheckpointReader}. It executes nothing from a file, checks
 * each size before it allocates memory, and reports each defect with its own message. This package
 * must not know layers or networks.
 */
@NullMarked
package io.repvit.checkpoint;

import org.jspecify.annotations.NullMarked;
