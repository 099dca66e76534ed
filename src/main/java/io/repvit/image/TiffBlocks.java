package io.repvit.image;

/** Where the strips or tiles of a {@link TiffPage} lie. */
final class TiffBlocks {
  private TiffBlocks() {}

  static void check(TiffPage page, TiffDirectory d, EncodedBytes bytes) throws ImageException {
    boolean tiled = d.has(TiffPage.TILE_OFFSETS);
    int offsets = tiled ? TiffPage.TILE_OFFSETS : TiffPage.STRIP_OFFSETS;
    int lengths = tiled ? TiffPage.TILE_BYTES : TiffPage.STRIP_BYTES;
    boolean planar = d.number(TiffPage.PLANAR, 1) == 2 && page.samples() > 1;
    long across = ceil(page.width(), page.blockWidth());
    long down = ceil(page.height(), page.blockHeight());
    long blocks = across * down * (planar ? page.samples() : 1);
    if (d.count(offsets) < blocks || d.count(lengths) < blocks) {
      throw TiffPage.corrupt(
          "%dx%d needs %d strips or tiles, found %d offsets and %d lengths",
          page.width(), page.height(), blocks, d.count(offsets), d.count(lengths));
    }
    for (int i = 0; i < blocks; i++) {
      long at = d.number(offsets, i, 0L);
      long length = d.number(lengths, i, 0L);
      int rows = page.blockHeight();
      if (!tiled) {
        rows = (int) Math.min(rows, page.height() - i % down * page.blockHeight());
      }
      bytes.need(at, page.compression() == TiffPage.PLAIN ? rows * page.blockRowBytes(planar) : 0);
      bytes.need(at, length);
      if (page.compression() == TiffPage.JPEG) {
        requireJpeg(page, bytes.slice(at, length), rows);
      }
    }
  }

  /** A block's own header could ask for more memory and time than the page's. */
  private static void requireJpeg(TiffPage page, EncodedBytes block, int rows)
      throws ImageException {
    ImageHeader header = JpegHeader.read(block);
    if (header.width() != page.blockWidth()
        || header.height() < rows
        || header.height() > page.blockHeight()) {
      throw TiffPage.corrupt(
          "a strip or tile of %dx%d holds a JPEG of %dx%d",
          page.blockWidth(), page.blockHeight(), header.width(), header.height());
    }
  }

  private static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }
}
