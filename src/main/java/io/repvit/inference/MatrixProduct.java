package io.repvit.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.repvit.onnx.Attribute;
import io.repvit.onnx.GraphBuilder;
import io.repvit.onnx.Operator;
import io.repvit.onnx.Ref;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/**
 * Products of float32 matrices, {@code C = A Bᵀ}, by the matrix kernels of ONNX Runtime, on the
 * calling thread. {@code jobs/bench neighbours} compares them with those of Spark's netlib.
 *
 * <p>The matrices are direct buffers, allocated once and reused. Use a product from one thread at a
 * time. The code that created it closes it.
 */
public final class MatrixProduct implements AutoCloseable {
  private final OrtEnvironment environment = OnnxRuntime.environment();
  private final OrtSession session;
  private final int width;
  private final int maxColumns;
  private final FloatBuffer left;
  private final FloatBuffer right;
  private final FloatBuffer product;

  /**
   * Allocates the matrices.
   *
   * @param width number of columns of {@code A} and of {@code B}
   * @param maxRows largest number of rows of {@code A}
   * @param maxColumns largest number of rows of {@code B}, which are columns of the product
   */
  public MatrixProduct(int width, int maxRows, int maxColumns) {
    this.width = width;
    this.maxColumns = maxColumns;
    left = direct(maxRows, width);
    right = direct(maxColumns, width);
    product = direct(maxRows, maxColumns);
    try {
      session = Sessions.openForAnyShape(graph(width));
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot multiply matrices", e);
    }
  }

  private static byte[] graph(int width) {
    var graph = new GraphBuilder("matrix product", Product.NAME);
    Ref a = graph.input("a", width);
    Ref b = graph.input("b", width);
    graph.output(
        graph.node(Operator.GEMM, "gemm", List.of(a, b), Attribute.of("transB", 1)),
        "c",
        GraphBuilder.DYNAMIC);
    return graph.toBytes(Map.of());
  }

  /** Returns {@code A}: float32 {@code [maxRows,width]}, row-major. */
  public FloatBuffer left() {
    return left;
  }

  /** Returns {@code B}: float32 {@code [maxColumns,width]}, row-major. */
  public FloatBuffer right() {
    return right;
  }

  /** Returns {@code C} after {@link #multiply}: float32 {@code [rows,columns]}, row-major. */
  public FloatBuffer product() {
    return product;
  }

  /** Multiplies the first {@code rows} rows of A with the first {@code columns} rows of B. */
  public void multiply(int rows, int columns) {
    if (rows < 1 || rows > left.capacity() / width || columns < 1 || columns > maxColumns) {
      throw new IllegalArgumentException(
          "product of " + rows + " x " + columns + " rows, larger than the matrices or empty");
    }
    try (var a = tensor(left, rows, width);
        var b = tensor(right, columns, width);
        var c = tensor(product, rows, columns)) {
      session.run(Map.of("a", a, "b", b), Map.of("c", c)).close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot multiply matrices", e);
    }
  }

  private OnnxTensor tensor(FloatBuffer values, int rows, int columns) throws OrtException {
    return OnnxTensor.createTensor(
        environment, values.slice(0, rows * columns), new long[] {rows, columns});
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close a session", e);
    }
  }

  private static FloatBuffer direct(int rows, int columns) {
    int bytes = Math.multiplyExact(Math.multiplyExact(rows, columns), Float.BYTES);
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
