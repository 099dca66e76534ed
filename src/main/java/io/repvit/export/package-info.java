/**
 * Exports a checkpoint to a fused, verified ONNX file with a model card. Only this package uses
 * both {@code model} and {@code onnx}.
 *
 * <p>Entries: {@link io.repvit.export.Exporter}, and {@link io.repvit.export.Quantiser}, which
 * converts a float32 file to int8. This package must not know Spark or the command line.
 */
@NullMarked
package io.repvit.export;

import org.jspecify.annotations.NullMarked;
