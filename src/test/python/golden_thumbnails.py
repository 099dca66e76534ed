"""Writes the sizes and pixels of Pillow's thumbnails, for io.repvit.image.Thumbnailer.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_thumbnails.py src/test/resources/image

thumbnails.tsv: pattern, width, height, side, width and height of the thumbnail, SHA-256 of its RGB bytes, row by row.
"""

import hashlib
import sys
from pathlib import Path

from PIL import Image

from patterns import pattern

SIZES = [(500, 375, 96), (375, 500, 96), (96, 96, 96), (97, 96, 96), (28, 28, 96), (95, 3, 96), (300, 300, 64), (1600, 1200, 96),
         (1000, 3, 96), (3, 1000, 96), (5, 4000, 96), (641, 481, 17), (333, 334, 96), (1, 1, 1), (9, 7, 1), (191, 129, 128)]


def main():
    rows = []
    for width, height, side in SIZES:
        for name in ("noise", "rings", "checks"):
            image = Image.fromarray(pattern(name, width, height))
            image.thumbnail((side, side), Image.Resampling.BICUBIC, reducing_gap=None)
            rows.append((name, width, height, side, *image.size, hashlib.sha256(image.tobytes()).hexdigest()))
    Path(sys.argv[1], "thumbnails.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in rows))


if __name__ == "__main__":
    main()
