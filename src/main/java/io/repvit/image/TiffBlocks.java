package io.repvit.image;

/** Checks the strips or tiles of a {@link TiffPage} and computes the cost of decoding them. */
final class TiffBlocks {
  private final TiffPage page;
  private final TiffDirectory directory;
  private final EncodedBytes bytes;
  private final boolean tiled;
  private final boolean planar;
  private final long down;
  private final long blocks;

  private TiffBlocks(TiffPage page, TiffDirectory directory, EncodedBytes bytes)
      throws ImageException {
    this.page = page;
    this.directory = directory;
    this.bytes = bytes;
    tiled = directory.has(TiffPage.TILE_OFFSETS);
    planar = directory.number(TiffPage.PLANAR, 1) == 2 && page.samples() > 1;
    down = ceil(page.height(), page.blockHeight());
    blocks = ceil(page.width(), page.blockWidth()) * down * (planar ? page.samples() : 1);
  }

  /**
   * Checks all strips or tiles.
   *
   * @return passes over the pixels of the page, rounded up; more than 1 for blocks that are decoded
   *     once per stripe of rows, for tiles beyond the page, and for JPEGs of several scans
   */
  static int scans(TiffPage page, TiffDirectory directory, EncodedBytes bytes)
      throws ImageException {
    return new TiffBlocks(page, directory, bytes).scans();
  }

  private int scans() throws ImageException {
    int offsets = tiled ? TiffPage.TILE_OFFSETS : TiffPage.STRIP_OFFSETS;
    int lengths = tiled ? TiffPage.TILE_BYTES : TiffPage.STRIP_BYTES;
    if (blocks > TiffDirectory.MOST_VALUES) {
      throw TiffPage.unsupported(
          blocks + " strips or tiles, more than " + TiffDirectory.MOST_VALUES + ",");
    }
    if (directory.count(offsets) < blocks || directory.count(lengths) < blocks) {
      throw TiffPage.corrupt(
          "%dx%d needs %d strips or tiles, found %d offsets and %d lengths",
          page.width(), page.height(), blocks, directory.count(offsets), directory.count(lengths));
    }
    long jpegBytes = 0;
    long samples = 0;
    for (int i = 0; i < blocks; i++) {
      long at = directory.number(offsets, i, 0L);
      long length = directory.number(lengths, i, 0L);
      int rows = rows(i);
      bytes.need(at, page.compression() == TiffPage.PLAIN ? rows * page.blockRowBytes(planar) : 0);
      bytes.need(at, length);
      int scans = 1;
      if (page.compression() == TiffPage.JPEG) {
        jpegBytes += length;
        requireFewBytes(jpegBytes);
        scans = jpegScans(bytes.slice(at, length), rows);
      }
      samples += (long) scans * rows * page.blockWidth() * (planar ? 1 : page.samples());
    }
    long passes = ceil(page.blockHeight(), TiffCodec.stripeRows(page));
    long once = (long) page.samples() * page.width() * page.height();
    // The cast may saturate for a page that is too large, which is refused by its size first.
    return (int) Math.ceil((double) samples * passes / once);
  }

  /** Returns the rows of a block; the last strip ends with the page, the last tile does not. */
  private int rows(int block) {
    return tiled
        ? page.blockHeight()
        : (int) Math.min(page.blockHeight(), page.height() - block % down * page.blockHeight());
  }

  /** Refuses overlapping blocks, which would make a small file expensive to decode. */
  private void requireFewBytes(long jpegBytes) throws ImageException {
    if (jpegBytes > Math.max(bytes.length(), TiffPage.MOST_BLOCK_BYTES)) {
      throw TiffPage.corrupt("strips or tiles overlap: they have more bytes than the file");
    }
  }

  /** Checks the size of a JPEG in a block against the page, and returns its number of scans. */
  private int jpegScans(EncodedBytes block, int rows) throws ImageException {
    ImageHeader header = JpegHeader.read(block);
    if (header.width() != page.blockWidth()
        || header.height() < rows
        || header.height() > page.blockHeight()) {
      throw TiffPage.corrupt(
          "a strip or tile of %dx%d holds a JPEG of %dx%d",
          page.blockWidth(), page.blockHeight(), header.width(), header.height());
    }
    return header.scans();
  }

  private static long ceil(long a, long b) {
    return (a + b - 1) / b;
  }
}
