/**
 * Checkpoint to verified, fused, self-describing ONNX file; the only room where model and onnx
 * meet.
 *
 * <p>Entry: {@link io.repvit.export.Exporter}. Knows no images, no Spark and no command line.
 */
@NullMarked
package io.repvit.export;

import org.jspecify.annotations.NullMarked;
