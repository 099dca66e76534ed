package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.util.List;

/**
 * A JPEG's frame header (ITU-T T.81, section B.2.2).
 *
 * @param width columns, pixels
 * @param height rows, pixels
 * @param components in the frame's order
 */
record JpegFrame(int width, int height, List<Component> components) {
  private static final int BLOCK = 8;
  private static final int MOST_SAMPLING = 4;

  /** A component's identifier and its sampling factors. */
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
   * Minimum coded units of a scan: blocks of one component, or groups of blocks of several.
   *
   * @param count components of the scan
   * @param first the identifier of the first
   * @return 0 when the frame has no such components
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

  /** Blocks along a side of a component that has {@code share / of} of the frame's samples. */
  private static long blocks(int side, int share, int of) {
    long divisor = (long) BLOCK * of;
    return ((long) side * share + divisor - 1) / divisor;
  }
}
