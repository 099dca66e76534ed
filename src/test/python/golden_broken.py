"""Writes damaged JPEGs, also in TIFFs, with Pillow's verdict: io.repvit.image refuses those that Pillow refuses, and no others.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_broken.py src/demo/photographs/coffee.jpg src/test/resources/image

Deterministic. What it writes:

    broken/*          whole pictures
    broken.tsv        file, edits, verdict, CRC-32 of the RGB bytes or 0; of TIFFs always 0

Edits are separated by blanks and applied in this order: `s10:ffd9` sets bytes from byte 10, `i10:ffd9` inserts them
before byte 10, `d10:5` deletes 5 bytes from byte 10. All are behind the first scan's header, but for the length of a
TIFF's last strip or tile, which is the one that is damaged. Verdicts are `whole` (decoded, whatever its pixels are),
`broken` ("broken data stream when reading image file") and `truncated`. Of a TIFF the verdict is Pillow's on that strip
or tile as a JPEG file: libtiff passes over the errors that libjpeg meets behind the last row, and makes up an end. All
that Pillow refuses as a TIFF, it refuses so too.
"""

import io
import random
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

OUT = Path(sys.argv[2])
CASES = 480
TIFF_CASES = 210
MARKERS = [0xD9, 0xD9, 0xDA, 0xDB, 0xC4, 0xE1, 0xFE, 0xDD, 0xD0, 0xD3, 0xD8, 0xC0, 0xC2, 0xCC, 0xC8, 0xDC, 0xF1, 0x01, 0x02, 0xBF]


def encoded(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def bases():
    photograph = Image.open(sys.argv[1]).convert("RGB")
    small = photograph.resize((96, 72))
    cmyk = small.convert("CMYK")
    return {
        "baseline.jpg": encoded(small, quality=80),
        "baseline-444.jpg": encoded(small, quality=60, subsampling="4:4:4"),
        "grey.jpg": encoded(small.convert("L"), quality=85),
        "restart-1.jpg": encoded(small, quality=80, restart_marker_rows=1),
        "restart-2.jpg": encoded(small, quality=70, restart_marker_blocks=2),
        "progressive.jpg": encoded(small, quality=80, progressive=True),
        "progressive-restart.jpg": encoded(small, quality=80, progressive=True, restart_marker_rows=2),
        "grey-progressive.jpg": encoded(small.convert("L"), quality=80, progressive=True),
        "cmyk.jpg": encoded(cmyk, quality=60),
        "cmyk-progressive.jpg": encoded(cmyk, quality=60, progressive=True),
    }


def tiff(image, **options):
    out = io.BytesIO()
    image.save(out, "TIFF", compression="jpeg", **options)
    return out.getvalue()


def tiled(image):
    out = io.BytesIO()
    tifffile.imwrite(out, np.asarray(image), photometric="rgb", compression="jpeg", tile=(32, 32))
    return out.getvalue()


def last_block(data, replacement=None):
    """With the last strip or tile at the end of the file; and where that begins, and where its length stands."""
    page = tifffile.TiffFile(io.BytesIO(data)).pages[0]
    tiled = 324 in page.tags
    offsets, counts = page.tags[324 if tiled else 273], page.tags[325 if tiled else 279]
    block = replacement or data[page.dataoffsets[-1] : page.dataoffsets[-1] + page.databytecounts[-1]]
    file = bytearray(data + bytes(len(data) % 2) + block)
    places = []
    for tag, value in ((offsets, len(file) - len(block)), (counts, len(block))):
        size = {3: 2, 4: 4}[int(tag.dtype)]
        places.append((tag.valueoffset + size * (tag.count - 1), size))
        file[places[-1][0] : places[-1][0] + size] = value.to_bytes(size, "little")
    return bytes(file), len(file) - len(block), places[1]


def tiff_bases():
    photograph = Image.open(sys.argv[1]).convert("RGB")
    small = photograph.resize((96, 72))
    tiles = tiled(small)
    progressive = encoded(small.crop((64, 40, 96, 72)), quality=80, progressive=True, subsampling="4:2:0")
    return {
        "jpeg-strip.tif": last_block(tiff(small)),
        "jpeg-grey.tif": last_block(tiff(small.convert("L"))),
        "jpeg-cmyk.tif": last_block(tiff(small.convert("CMYK"))),
        "jpeg-strips.tif": last_block(tiff(small, tiffinfo={278: 16})),
        "jpeg-tiles.tif": last_block(tiles),
        "jpeg-tiles-progressive.tif": last_block(tiles, progressive),
    }


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def edits(data, scan, g):
    """One kind of damage, as a list of edits; `scan` is where the first scan's data begins."""
    end = len(data) - 2
    at = g.randrange(scan, end)
    kind = g.randrange(13)
    if kind == 0:
        return [f"s{g.randrange(scan, end)}:{g.randrange(256):02x}" for _ in range(g.choice([1, 2, 5, 20, 60]))]
    if kind == 1:
        return [f"s{min(at, end - 8)}:{'ff' * g.randrange(1, 9)}"]
    if kind == 2:
        return [f"s{min(at, end - 2)}:ff{g.choice(MARKERS):02x}"]
    if kind == 3:
        return [f"i{at}:ff{g.choice(MARKERS):02x}{g.randbytes(g.choice([0, 0, 2, 6])).hex()}"]
    if kind == 4:
        return [f"i{at}:{segment(g.choice([0xE1, 0xFE, 0xDC, 0xE0, 0xEE]), g.randbytes(g.randrange(40))).hex()}"]
    if kind == 5:  # tables, good and bad ones
        table = g.choice([
            segment(0xC4, bytes([g.choice([0, 1, 0x11, 0x13, 4, 0x14, 0x21])]) + bytes(15) + bytes([g.choice([0, 3])]) + g.randbytes(3)),
            segment(0xDB, bytes([g.choice([0, 3, 4, 0x10])]) + bytes(range(1, 65))),
            segment(0xDD, g.choice([b"\0\2", b"\0\2\0"])),
            segment(0xCC, bytes([g.choice([0, 0x13, 0x20]), g.choice([0x10, 0x01])]))])
        return [f"i{at}:{table.hex()}"]
    if kind == 6:
        return [f"d{at}:{min(end - at, g.choice([1, 2, 10, 100, 1000]))}"]
    if kind == 7:  # a part twice
        part = data[at : min(end, at + g.choice([1, 5, 50, 500]))]
        return [f"i{g.randrange(scan, end)}:{part.hex()}"]
    if kind == 8:  # rubbish behind the end
        tail = g.choice([b"tail", bytes(40), segment(0xC4, bytes(3)), b"\xff\xd8\xff\xe0", b"\xff" * 9])
        return [f"i{len(data)}:{tail.hex()}"]
    if kind == 9:  # rubbish between the pixels and the end
        return [f"i{end}:{g.choice(['7461696c', '00' * 9, 'ff00' * 3, 'ffff', 'ff02', 'ffd8', 'ffd5', 'ffda0002'])}"]
    if kind == 10:  # no end
        return [f"s{end}:{g.choice(['0000', 'ff00', 'ffd8', 'ffff', 'ffd0'])}"]
    if kind == 11:  # the end of a picture that is cut
        cut = g.randrange(scan, end)
        return [f"d{cut}:{end - cut}"]
    marks = [i for i in range(scan, end) if data[i] == 0xFF and data[i + 1] not in (0, 0xD9)]
    if not marks:
        return [f"i{at}:ff{g.randrange(0xD0, 0xD8):02x}"]
    mark = g.choice(marks)
    return g.choice([[f"d{mark}:2"], [f"s{mark + 1}:{g.randrange(256):02x}"], [f"i{mark}:ff{data[mark + 1]:02x}"],
                     [f"s{mark + 1}:{0xD0 + g.randrange(8):02x}"], [f"i{mark}:{g.randbytes(3).hex()}"]])


def apply(data, steps):
    out = bytearray(data)
    for step in steps:
        at, value = step[1:].split(":")
        at = int(at)
        if step[0] == "s":
            out[at : at + len(value) // 2] = bytes.fromhex(value)
        elif step[0] == "i":
            out[at:at] = bytes.fromhex(value)
        else:
            del out[at : at + int(value)]
    return bytes(out)


def verdict(data):
    image = Image.open(io.BytesIO(data))
    try:
        image.load()
    except OSError as e:
        text = str(e)
        assert "broken data stream" in text or "truncated" in text, text
        return ("broken" if "broken" in text else "truncated"), 0
    return "whole", zlib.crc32(image.convert("RGB").tobytes())


def tiff_verdict(data, block):
    tables = tifffile.TiffFile(io.BytesIO(data)).pages[0].jpegtables or b"\xff\xd8\xff\xd9"
    jpeg = data[block : block + 2] + tables[2:-2] + data[block + 2 :]
    found, _ = verdict(jpeg)
    if found == "whole" and b"\xff\xd9" not in data[block:]:
        found = "truncated"
    image = Image.open(io.BytesIO(data))
    try:
        image.load()
    except OSError as e:
        assert str(e) == "decoder error -2" and found != "whole", e
    return found


def main():
    (OUT / "broken").mkdir(parents=True, exist_ok=True)
    pictures = bases()
    for name, data in pictures.items():
        (OUT / "broken" / name).write_bytes(data)
    g = random.Random(11)
    names = sorted(pictures)
    lines = []
    for case in range(CASES):
        name = names[case % len(names)]
        data = pictures[name]
        at = data.index(b"\xff\xda")
        steps = edits(data, at + 2 + struct.unpack_from(">H", data, at + 2)[0], g)
        found, crc = verdict(apply(data, steps))
        lines.append(f"{name}\t{' '.join(steps)}\t{found}\t{crc:08x}\n")
    tiffs = tiff_bases()
    for name, (data, _, _) in tiffs.items():
        (OUT / "broken" / name).write_bytes(data)
    g = random.Random(12)
    names = sorted(tiffs)
    for case in range(TIFF_CASES):
        name = names[case % len(names)]
        data, block, (length, size) = tiffs[name]
        at = data.index(b"\xff\xda", block)
        steps = edits(data, at + 2 + struct.unpack_from(">H", data, at + 2)[0], g)
        now = len(apply(data, steps)) - block
        steps.append(f"s{length}:{now.to_bytes(size, 'little').hex()}")
        lines.append(f"{name}\t{' '.join(steps)}\t{tiff_verdict(apply(data, steps), block)}\t0\n")
    (OUT / "broken.tsv").write_text("".join(lines))


if __name__ == "__main__":
    main()
