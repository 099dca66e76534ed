/**
 * ONNX files: a typed graph builder, a bounded reader of what a file says about itself, and a
 * rewrite of graphs that ONNX Runtime has optimised.
 *
 * <p>Entries: {@link io.repvit.onnx.GraphBuilder}, {@link io.repvit.onnx.OnnxSummary} and {@link
 * io.repvit.onnx.NchwcSqueezeExcite}. The only room that knows ONNX's protobuf messages; it knows
 * no layer, no network and no runtime.
 */
@NullMarked
package io.repvit.onnx;

import org.jspecify.annotations.NullMarked;
