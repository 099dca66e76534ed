package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.util.List;

/**
 * The frame header of a JPEG (ITU-T T.81, section B.2.2).
 *
 * @param width columns, pixels
 * @param height rows, pixels
 * @param components components in the order of the frame header
 */
record JpegFrame(int width, int height, List<Component> components) {
  private static final int BLOCK = 8;
  private static final int MOST_SAMPLING = 4;

  /**
   * A component.
   *
   * @param across horizontal sampling factor
   * @param down vertical sampling factor
   */
  record Component(int id, int across, int down) {}

  JpegFrame {
    components = List.copyOf(components);
  }

  static Component component(int id, int factors) throws ImageException {
    int across = factors >> 4;
    int down = factors & 15;
    if (across < 1 || across > MOST_SAMPLING || down < 1 || down > MOST_SAMPLING) {
      throw new ImageException(
          Code.CORRUPT, "JPEG: sampling factors " + across + "x" + down + ", needs 1x1 to 4x4");
    }
    return new Component(id, across, down);
  }

  /**
   * Returns the number of minimum coded units (MCUs) of a scan.
   *
   * @param count number of components of the scan
   * @param first identifier of the first component of the scan
   * @return 0 when the frame does not have these components
   */
  long mcus(int count, int first) {
    int across = components.stream().mapToInt(Component::across).max().orElse(1);
    int down = components.stream().mapToInt(Component::down).max().orElse(1);
    if (count > 1) {
      return count > components.size() ? 0 : blocks(width, 1, across) * blocks(height, 1, down);
    }
    return components.stream()
        .filter(c -> c.id() == first && count == 1)
        .findFirst()
        .map(c -> blocks(width, c.across(), across) * blocks(height, c.down(), down))
        .orElse(0L);
  }

  /** Returns the blocks along a side of a component with {@code share / of} of the samples. */
  private static long blocks(int side, int share, int of) {
    long divisor = (long) BLOCK * of;
    return ((long) side * share + divisor - 1) / divisor;
  }
}
