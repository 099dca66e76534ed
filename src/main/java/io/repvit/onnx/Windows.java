package io.repvit.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;

/**
 * The windows of a convolution or a pool.
 *
 * @param node whose attributes tell strides, pads and dilations
 * @param kernel height and width
 */
record Windows(NodeProto node, List<Long> kernel) {

  /**
   * How many windows fit.
   *
   * @throws ArithmeticException if a side is beyond a long
   */
  Extent over(Extent in) {
    return new Extent(along(0, in.height()), along(1, in.width()));
  }

  /** ONNX Conv and pools: {@code (side + pads - dilation (kernel - 1) - 1) / stride + 1}. */
  private long along(int axis, long side) {
    long stride = Math.max(1, at(NodeAttributes.wholes(node, "strides"), axis, 1));
    String automatic = NodeAttributes.text(node, "auto_pad");
    if (automatic.startsWith("SAME")) {
      return Math.addExact(side, stride - 1) / stride;
    }
    List<Long> pads = automatic.equals("VALID") ? List.of() : NodeAttributes.wholes(node, "pads");
    long before = Math.addExact(side, at(pads, axis, 0));
    long padded = Math.addExact(before, at(pads, axis + 2, 0));
    long dilation = at(NodeAttributes.wholes(node, "dilations"), axis, 1);
    long reach = Math.multiplyExact(dilation, Math.decrementExact(kernel.get(axis)));
    long free = Math.subtractExact(padded, Math.incrementExact(reach));
    long windows = Math.incrementExact(free / stride);
    boolean up = NodeAttributes.whole(node, "ceil_mode", 0) == 1 && free % stride > 0;
    // The last window must begin inside, or in the padding before.
    return Math.max(0, up && Math.multiplyExact(windows, stride) < before ? windows + 1 : windows);
  }

  private static long at(List<Long> values, int index, long otherwise) {
    return index < values.size() ? values.get(index) : otherwise;
  }
}
