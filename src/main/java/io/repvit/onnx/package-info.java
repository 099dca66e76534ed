/**
 * ONNX files: a typed graph builder, a bounded reader of what a file says about itself, a rewrite
 * of graphs that ONNX Runtime has optimised, and one that makes convolutions compute on integers.
 *
 * <p>Entries: {@link io.repvit.onnx.GraphBuilder}, {@link io.repvit.onnx.OnnxSummary}, {@link
 * io.repvit.onnx.NchwcSqueezeExcite} and {@link io.repvit.onnx.Int8Graph}. The only room that knows
 * ONNX's protobuf messages; it knows no layer, no network and no runtime.
 */
@NullMarked
package io.repvit.onnx;

import org.jspecify.annotations.NullMarked;
