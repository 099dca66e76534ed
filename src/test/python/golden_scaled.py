"""Writes src/test/resources/image/scaled.tsv: JPEGs as Pillow's draft decodes them at a fraction of their sides.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_scaled.py

Lines: file, factor, width, height, SHA-256 of the interleaved RGB bytes with EXIF orientation. The files are those
of src/test/resources/image/decode, which golden_images.py writes, and the photographs of the demonstration.
"""

import hashlib
from pathlib import Path

from PIL import Image, ImageOps

IMAGES = Path("src/test/resources/image")
FILES = sorted(IMAGES.glob("decode/*.jpg")) + sorted(Path("src/demo/photographs").glob("*.jpg"))

with open(IMAGES / "scaled.tsv", "w") as out:
    for file in FILES:
        for factor in (2, 4, 8):
            image = Image.open(file)
            width, height = image.size
            if image.mode == "CMYK" or min(width, height) // factor < 2:
                continue
            image.draft(None, (width // factor, height // factor))
            assert image.size == (-(-width // factor), -(-height // factor)), (file, factor, image.size)
            pixels = ImageOps.exif_transpose(image).convert("RGB")
            digest = hashlib.sha256(pixels.tobytes()).hexdigest()
            print(file, factor, pixels.width, pixels.height, digest, sep="\t", file=out)
