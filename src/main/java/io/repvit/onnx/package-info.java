/**
 * Builds, reads and rewrites ONNX files without a runtime.
 *
 * <p>Entries: {@link io.repvit.onnx.GraphBuilder} builds a graph, {@link
 * io.repvit.onnx.OnnxSummary} describes a file, {@link io.repvit.onnx.NchwcSqueezeExcite} rewrites
 * a graph that ONNX Runtime has optimised, and {@link io.repvit.onnx.Int8Graph} quantises
 * convolutions. Only this package uses the protobuf messages of ONNX. It must not know layers,
 * networks or ONNX Runtime.
 */
@NullMarked
package io.repvit.onnx;

import org.jspecify.annotations.NullMarked;
