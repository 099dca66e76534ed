package io.repvit.input;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.DataOutputBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One file of a plan, written as a listing goes. Its blocks begin with one object each, for fine
 * balance of small inputs, and are joined in pairs as they become many, so that memory does not
 * grow with a listing until it has two million objects, and then by a block for 512 of them.
 */
final class PlanSegment implements Closeable {
  private static final int MANY_BLOCKS = 4096;
  private static final int MAX_OBJECTS_PER_BLOCK = 512;
  private static final int BUFFER_BYTES = 64 << 10;

  private final Path file;
  private final Configuration configuration;
  private final int manyBlocks;
  private final ObjectEncoder encoder = new ObjectEncoder();
  private final DataOutputBuffer encoded = new DataOutputBuffer();
  private List<PlanBlock> blocks = new ArrayList<>();
  private int objectsPerBlock = 1;
  private PlanBlock current;
  private @Nullable OutputStream out;

  PlanSegment(Path file, Configuration configuration) {
    this(file, configuration, MANY_BLOCKS);
  }

  /**
   * @param manyBlocks an even number of blocks that become half as many
   */
  PlanSegment(Path file, Configuration configuration, int manyBlocks) {
    this.file = file;
    this.configuration = configuration;
    this.manyBlocks = manyBlocks;
    current = new PlanBlock(file.toString(), 0, 0, 0, 0);
  }

  /** Adds an object, before which a partition may be cut. */
  void add(ImageObject object) throws IOException {
    add(object, objectsPerBlock);
  }

  /**
   * Adds an object that no cut parts from the one before it, unless {@value
   * BalancedPartitions#MAX_OBJECTS} stand together already.
   */
  void addBehind(ImageObject object) throws IOException {
    add(object, BalancedPartitions.MAX_OBJECTS);
  }

  private void add(ImageObject object, int most) throws IOException {
    if (current.objects() >= most) {
      endBlock();
    }
    encoded.reset();
    encoder.write(encoded, object);
    (out == null ? create() : out).write(encoded.getData(), 0, encoded.getLength());
    current =
        current.join(
            new PlanBlock(
                current.file(),
                current.offset() + current.bytes(),
                encoded.getLength(),
                1,
                Math.max(0, object.length())));
  }

  /** The file is not created, and the plan leaves no trace, before there is something to plan. */
  private OutputStream create() throws IOException {
    out =
        new BufferedOutputStream(
            file.getFileSystem(configuration).create(file, false), BUFFER_BYTES);
    return out;
  }

  private void endBlock() {
    if (current.objects() > 0) {
      blocks.add(current);
      current = new PlanBlock(current.file(), current.offset() + current.bytes(), 0, 0, 0);
      encoder.restart();
    }
    if (blocks.size() >= manyBlocks && objectsPerBlock < MAX_OBJECTS_PER_BLOCK) {
      objectsPerBlock *= 2;
      blocks = PlanBlock.joined(blocks, objectsPerBlock);
    }
  }

  /** What was written; complete when this is closed. */
  List<PlanBlock> blocks() {
    return blocks;
  }

  @Override
  public void close() throws IOException {
    endBlock();
    if (out != null) {
      out.close();
    }
  }
}
