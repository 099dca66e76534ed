/**
 * Checkpoint to verified, fused, self-describing ONNX file; the only room where model and onnx
 * meet.
 *
 * <p>Entries: {@link io.repvit.export.Exporter}, and {@link io.repvit.export.Quantiser}, which
 * makes an int8 file of the float32 one. Knows no Spark and no command line.
 */
@NullMarked
package io.repvit.export;

import org.jspecify.annotations.NullMarked;
