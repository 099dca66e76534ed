"""Writes the golden images of the formats beside JPEG, PNG and WebP, and of first frames and first pages.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_formats.py

Needs jpegtran of libjpeg-turbo (Debian: libjpeg-turbo-progs) for arithmetic coding. Writes, below
src/test/resources/image:

    formats/*       encoded samples
    formats.tsv     file, format, width, height, SHA-256 of the RGB bytes with EXIF orientation, and without
    animated/*      files of several frames or pages
    animated.tsv    file, format, width, height, SHA-256 of the RGB bytes of the first one
    unsupported/*   files of a known format that must be refused
    unsupported.tsv file, code

The RGB bytes are interleaved, row by row. Expected pixels are Pillow's, but for transparency (over white) and 16-bit
samples (scaled by rounding), for which Pillow's convert('RGB') is not what we promise.
"""

import hashlib
import io
import struct
import subprocess
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

OUT = Path("src/test/resources/image")
CAT = Image.open("src/demo/photographs/chelsea.png").convert("RGB").resize((61, 43))
RGB = np.asarray(CAT)
GREY = np.asarray(CAT.convert("L"))
HEIGHT, WIDTH = GREY.shape
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
DEEP = np.stack([(X * 1049 + Y * 311) % 65536, (X * Y * 149) % 65536, (Y * 1449 + 77) % 65536], -1).astype(np.uint16)
ALPHA = ((X * 5 + Y * 3) % 256).astype(np.uint8)
ALPHA[:9] = 255
ALPHA[HEIGHT - 3:] = 0
rows, animated_rows, unsupported_rows = [], [], []


def sha(pixels):
    return hashlib.sha256(np.ascontiguousarray(np.asarray(pixels, dtype=np.uint8)).tobytes()).hexdigest()


def write(folder, name, data):
    (OUT / folder).mkdir(exist_ok=True)
    (OUT / folder / name).write_bytes(data)


def kind(name):
    return {"bmp": "BMP", "gif": "GIF", "tif": "TIFF", "jpg": "JPEG", "png": "PNG", "webp": "WEBP"}.get(name.split(".")[-1], "PNM")


def sample(name, data, expected=None, stored=None):
    """`expected` where Pillow's convert('RGB') is not what we promise; `stored` where orientation changes it."""
    write("formats", name, data)
    if expected is None:
        expected = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    stored = expected if stored is None else stored
    rows.append((name, kind(name), expected.shape[1], expected.shape[0], sha(expected), sha(stored)))


def first(name, data, expected=None):
    write("animated", name, data)
    if expected is None:
        expected = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    animated_rows.append((name, kind(name), expected.shape[1], expected.shape[0], sha(expected)))


def refused(name, data, code):
    write("unsupported", name, data)
    unsupported_rows.append((name, code))


def encoded(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def to8(values):
    return ((values.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def grey3(values):
    return np.dstack([values] * 3)


def over_white(rgb, alpha):
    """Pillow's own blend: paste over white through the alpha as mask."""
    out = Image.new("RGB", (rgb.shape[1], rgb.shape[0]), "white")
    out.paste(Image.fromarray(np.ascontiguousarray(rgb)), mask=Image.fromarray(np.ascontiguousarray(alpha)))
    return np.asarray(out)


# BMP


def bmp(width, height, bits, compression, body, palette=b"", masks=b"", size=40, colours=0):
    if size == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(body), 0, 0, colours, 0)
        info = struct.pack("<I", size) + info[4:]
        if size > 40:
            info += masks.ljust(size - 40, b"\0")
            masks = b""
    offset = 14 + len(info) + len(masks) + len(palette)
    return struct.pack("<2sIHHI", b"BM", offset + len(body), 0, 0, offset) + info + masks + palette + body


def lines(pixels, top_down=False):
    """[rows, columns, bytes] as padded lines."""
    body = b""
    for row in pixels if top_down else pixels[::-1]:
        line = np.ascontiguousarray(row).tobytes()
        body += line + bytes(-len(line) % 4)
    return body


def bmps():
    sample("rgb.bmp", encoded(CAT, "BMP"))
    sample("grey.bmp", encoded(CAT.convert("L"), "BMP"))
    sample("bilevel.bmp", encoded(CAT.convert("1"), "BMP"))
    sample("palette.bmp", encoded(CAT.quantize(64), "BMP"))
    sample("1x1.bmp", encoded(CAT.crop((0, 0, 1, 1)), "BMP"))
    rgba = np.dstack([RGB, ALPHA])
    sample("rgba.bmp", encoded(Image.fromarray(rgba), "BMP"))
    bgra = np.dstack([RGB[..., ::-1], ALPHA])
    sample("bgra-masks.bmp", bmp(WIDTH, HEIGHT, 32, 3, lines(bgra), size=124,
                                 masks=struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)),
           expected=over_white(RGB, ALPHA))
    sample("rgba-masks.bmp", bmp(WIDTH, HEIGHT, 32, 3, lines(rgba), size=56,
                                 masks=struct.pack("<IIII", 0xFF, 0xFF00, 0xFF0000, 0xFF000000)),
           expected=over_white(RGB, ALPHA))
    sample("bgrx-masks.bmp", bmp(WIDTH, HEIGHT, 32, 3, lines(bgra), masks=struct.pack("<III", 0xFF0000, 0xFF00, 0xFF)))
    sample("top-down.bmp", bmp(WIDTH, -HEIGHT, 24, 0, lines(RGB[..., ::-1], top_down=True)))
    sample("os2.bmp", bmp(WIDTH, HEIGHT, 24, 0, lines(RGB[..., ::-1]), size=12))
    small = CAT.quantize(13)
    indices = np.asarray(small)
    colours = np.frombuffer(small.palette.tobytes().ljust(48, b"\0"), np.uint8).reshape(-1, 3)[:16]
    quads = b"".join(bytes(c[::-1]) + b"\0" for c in colours)
    halves = np.zeros((HEIGHT, (WIDTH + 1) // 2), np.uint8)
    halves |= indices[:, 0::2] << 4
    halves[:, : WIDTH // 2] |= indices[:, 1::2]
    sample("palette-4-bit.bmp", bmp(WIDTH, HEIGHT, 4, 0, lines(halves), palette=quads))
    sample("palette-4-bit-os2.bmp", bmp(WIDTH, HEIGHT, 4, 0, lines(halves), size=12,
                                        palette=b"".join(bytes(c[::-1]) for c in colours)))
    sample("palette-13-colours.bmp", bmp(WIDTH, HEIGHT, 4, 0, lines(halves), palette=quads[:52], colours=13))
    low = (RGB >> 3).astype(np.uint16)
    five = low[..., 0] << 10 | low[..., 1] << 5 | low[..., 2]
    six = low[..., 0] << 11 | (RGB[..., 1] >> 2).astype(np.uint16) << 5 | low[..., 2]
    sample("rgb-555.bmp", bmp(WIDTH, HEIGHT, 16, 0, lines(five)))
    sample("rgb-565-masks.bmp", bmp(WIDTH, HEIGHT, 16, 3, lines(six), masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F)))
    sample("rle8.bmp", bmp(WIDTH, HEIGHT, 8, 1, rle8(indices), palette=quads, colours=16))
    sample("rle4.bmp", bmp(WIDTH, HEIGHT, 4, 2, rle4(indices), palette=quads))
    delta = b"\x04\x01\0\0" + b"\0\2\2\1" + b"\2\3\0\0" + b"\0\0\4\2\0\1"
    sample("rle8-delta.bmp", bmp(4, 4, 8, 1, delta, palette=quads, colours=16))
    refused("jpeg-inside.bmp", bmp(WIDTH, HEIGHT, 24, 4, encoded(CAT, "JPEG")), "UNSUPPORTED_BMP")
    refused("odd-masks.bmp", bmp(WIDTH, HEIGHT, 16, 3, lines(five), masks=struct.pack("<III", 0xF00, 0xF0, 0xF)),
            "UNSUPPORTED_BMP")
    refused("early-end.bmp", bmp(WIDTH, HEIGHT, 8, 1, rle8(indices)[:400] + b"\0\1", palette=quads, colours=16), "CORRUPT")


def rle8(indices):
    """Runs, and literals for what does not repeat."""
    body = b""
    for n, row in enumerate(indices[::-1]):
        if n % 2:
            for at in range(0, WIDTH, 21):
                part = row[at : at + 21].tobytes()
                body += bytes([0, len(part)]) + part + bytes(len(part) % 2) if len(part) > 2 else \
                    b"".join(bytes([1, v]) for v in part)
        else:
            at = 0
            while at < WIDTH:
                end = at
                while end < WIDTH and row[end] == row[at]:
                    end += 1
                body += bytes([end - at, row[at]])
                at = end
        body += b"\0\0"
    return body + b"\0\1"


def rle4(indices):
    body = b""
    for row in indices[::-1]:
        for at in range(0, WIDTH - 1, 2):
            body += bytes([2, row[at] << 4 | row[at + 1]])
        body += bytes([1, row[WIDTH - 1] << 4]) + b"\0\0"
    return body + b"\0\1"


# GIF


def gifs():
    palette = CAT.quantize(64)
    still = encoded(palette, "GIF")
    sample("palette.gif", still)
    sample("grey.gif", encoded(CAT.convert("L"), "GIF", interlace=False))
    sample("bilevel.gif", encoded(CAT.convert("1"), "GIF"))
    sample("interlaced.gif", encoded(palette, "GIF", interlace=True))
    sample("1x1.gif", encoded(CAT.crop((0, 0, 1, 1)).quantize(2), "GIF"))
    noise = np.random.default_rng(7).integers(0, 256, (150, 131), dtype=np.uint8)
    sample("noise.gif", encoded(Image.fromarray(noise), "GIF"))
    indices = np.asarray(palette)
    clear = np.where(indices == indices[4, 4], 0, 255).astype(np.uint8)
    data = encoded(palette, "GIF", transparency=int(indices[4, 4]))
    back = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    assert (back[..., 3] == clear).all()
    sample("transparent.gif", data, expected=over_white(back[..., :3], back[..., 3]))
    # A frame smaller than the screen, at (5, 3) of 80x60: what is outside has index 0.
    at = still.index(b",\0\0\0\0" + struct.pack("<HH", WIDTH, HEIGHT))
    sample("offset.gif", still[:6] + struct.pack("<HH", 80, 60) + still[10:at] + b"," + struct.pack("<HH", 5, 3) + still[at + 5:])
    sample("beyond-screen.gif", still[:6] + struct.pack("<HH", 20, 30) + still[10:])
    sample("without-trailer.gif", still[:-1])
    frames = [palette, CAT.rotate(180).quantize(64)]
    first("frames.gif", encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    whole = encoded(palette, "GIF")
    refused("half.gif", whole[: len(whole) // 2], "TRUNCATED")
    start = at + 11
    refused("early-end.gif", whole[:start] + b"\2\x80\x81\0;", "CORRUPT")


# TIFF


def tiff(pixels, **options):
    out = io.BytesIO()
    options.setdefault("metadata", None)
    options.setdefault("photometric", "rgb" if pixels.ndim == 3 and pixels.shape[-1] >= 3 else "minisblack")
    tifffile.imwrite(out, pixels, **options)
    return out.getvalue()


def tiffs():
    for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        name = {None: "none", "tiff_lzw": "lzw", "tiff_adobe_deflate": "deflate"}.get(compression, compression)
        for mode in ("RGB", "L", "CMYK"):
            sample(f"{mode.lower()}-{name}.tif", encoded(CAT.convert(mode), "TIFF", compression=compression))
        if compression != "jpeg":
            sample(f"bilevel-{name}.tif", encoded(CAT.convert("1"), "TIFF", compression=compression))
            sample(f"palette-{name}.tif", encoded(CAT.quantize(64), "TIFF", compression=compression))
    for compression in ("group3", "group4", "tiff_ccitt"):
        sample(f"bilevel-{compression}.tif", encoded(CAT.convert("1"), "TIFF", compression=compression))
    sample("deflate-32946.tif", encoded(CAT, "TIFF", compression="tiff_deflate"))
    sample("ycbcr-jpeg.tif", encoded(CAT.convert("YCbCr"), "TIFF", compression="jpeg"))
    sample("strips-of-7.tif", encoded(CAT, "TIFF", compression="tiff_lzw", tiffinfo={278: 7}))
    sample("big-endian.tif", tiff(RGB, byteorder=">"))
    sample("white-is-zero.tif", tiff(255 - GREY, photometric="miniswhite"), expected=grey3(GREY))
    sample("tiles.tif", tiff(RGB, tile=(16, 32)))
    sample("tiles-deflate.tif", tiff(RGB, tile=(16, 32), compression="zlib", predictor=2))
    sample("tiles-lzw-grey.tif", tiff(GREY, tile=(32, 16), compression="lzw"))
    sample("tiles-jpeg.tif", tiff(RGB, tile=(32, 32), compression="jpeg"))
    sample("planes.tif", tiff(np.moveaxis(RGB, -1, 0), planarconfig="separate", photometric="rgb"))
    sample("planes-lzw.tif", tiff(np.moveaxis(RGB, -1, 0), planarconfig="separate", photometric="rgb", compression="lzw", rowsperstrip=5))
    sample("predictor-lzw.tif", tiff(RGB, compression="lzw", predictor=2))
    sample("predictor-16-deflate.tif", tiff(DEEP, compression="zlib", predictor=2), expected=to8(DEEP))
    sample("rgb-16.tif", tiff(DEEP), expected=to8(DEEP))
    sample("rgb-16-big-endian.tif", tiff(DEEP, byteorder=">"), expected=to8(DEEP))
    sample("grey-16-lzw.tif", tiff(DEEP[..., 0], compression="lzw"), expected=grey3(to8(DEEP[..., 0])))
    sample("grey-16-white-is-zero.tif", tiff(65535 - DEEP[..., 0], photometric="miniswhite"), expected=grey3(to8(DEEP[..., 0])))
    inks = np.dstack([DEEP, DEEP[..., 1] // 2])
    eight = np.asarray(Image.fromarray(to8(inks), "CMYK").convert("RGB"))
    sample("cmyk-16.tif", tiff(inks, photometric="separated"), expected=eight)
    rgba = np.dstack([RGB, ALPHA])
    sample("rgba.tif", tiff(rgba, extrasamples=["unassalpha"]), expected=over_white(RGB, ALPHA))
    sample("rgbx.tif", tiff(rgba, extrasamples=["unspecified"]))
    multiplied = (RGB.astype(np.uint16) * ALPHA[..., None] // 255).astype(np.uint8)
    on_white = np.minimum(255, multiplied.astype(np.uint16) + 255 - ALPHA[..., None]).astype(np.uint8)
    sample("rgba-associated.tif", tiff(np.dstack([multiplied, ALPHA]), extrasamples=["assocalpha"]), expected=on_white)
    deep_alpha = ((X * 1001 + Y * 257) % 65536).astype(np.uint16)
    sample("rgba-16.tif", tiff(np.dstack([DEEP, deep_alpha]), extrasamples=["unassalpha"]), expected=over_white(to8(DEEP), to8(deep_alpha)))
    sample("grey-alpha.tif", tiff(np.dstack([GREY, ALPHA]), extrasamples=["unassalpha"], photometric="minisblack", planarconfig="contig"),
           expected=over_white(grey3(GREY), ALPHA))
    for bits in (2, 4):
        small = GREY >> (8 - bits)
        sample(f"grey-{bits}-bit.tif", tiff(small, bitspersample=bits), expected=grey3(small * (255 // (2**bits - 1))))
    sample("1x1.tif", encoded(CAT.crop((0, 0, 1, 1)), "TIFF"))
    sample("orientation-6.tif", tiff(RGB, extratags=[(274, "H", 1, 6, True)]), expected=np.rot90(RGB, -1), stored=RGB)

    first("pages.tif", encoded(CAT, "TIFF", save_all=True, append_images=[CAT.rotate(180)]))
    refused("float.tif", tiff(GREY.astype(np.float32)), "UNSUPPORTED_TIFF")
    refused("big.tif", tiff(RGB, bigtiff=True), "UNSUPPORTED_TIFF")
    refused("lab.tif", tiff(RGB, photometric="cielab"), "UNSUPPORTED_TIFF")
    refused("raw.tif", tiff(RGB, extratags=[(50706, "B", 4, (1, 4, 0, 0), True)]), "UNSUPPORTED_TIFF")
    whole = encoded(CAT, "TIFF", compression="tiff_lzw")
    refused("half.tif", whole[: len(whole) // 2], "TRUNCATED")


# PNM


def pnms():
    sample("raw.ppm", encoded(CAT, "PPM"))
    sample("raw.pgm", encoded(CAT.convert("L"), "PPM"))
    sample("raw.pbm", encoded(CAT.convert("1"), "PPM"))
    head = f"# a comment\n{WIDTH} {HEIGHT} # and another\n".encode()
    text = "\n".join(" ".join(str(v) for v in row.reshape(-1)) for row in RGB)
    sample("plain.ppm", b"P3\n" + head + b"255\n" + text.encode() + b"\n")
    text = "\n".join(" ".join(str(v) for v in row) for row in GREY)
    sample("plain.pgm", b"P2\n" + head + b"255\n" + text.encode())
    bits = (GREY > 100).astype(np.uint8)
    sample("plain.pbm", b"P1\n" + head + b"\n".join(b"".join(b"%d" % v for v in row) for row in bits))
    sample("levels-100.ppm", b"P6\n%d %d\n100\n" % (WIDTH, HEIGHT) + (RGB // 2).tobytes())
    sample("levels-15.pgm", b"P2 %d %d 15 " % (WIDTH, HEIGHT) + b" ".join(b"%d" % v for v in (GREY >> 4).reshape(-1)))
    sample("levels-1000.ppm", b"P6\n%d %d\n1000\n" % (WIDTH, HEIGHT) + (DEEP % 1001).astype(">u2").tobytes())
    sample("deep.ppm", b"P6\n%d %d\n65535\n" % (WIDTH, HEIGHT) + DEEP.astype(">u2").tobytes(), expected=to8(DEEP))
    sample("deep.pgm", b"P5\n%d %d\n65535\n" % (WIDTH, HEIGHT) + DEEP[..., 0].astype(">u2").tobytes(), expected=grey3(to8(DEEP[..., 0])))
    sample("1x1.pbm", b"P4 1 1\n\x80")
    refused("half.ppm", b"P6\n%d %d\n255\n" % (WIDTH, HEIGHT) + RGB.tobytes()[: RGB.size // 2], "TRUNCATED")
    refused("level-too-high.pgm", b"P2 2 1 10 3 11 ", "CORRUPT")
    refused("letters.ppm", b"P3 2 2 255 1 2 3 a b c 4 5 6 7 8 9 0 0", "CORRUPT")
    refused("no-levels.pgm", b"P5 2 2 0\n1234", "CORRUPT")


# JPEG with arithmetic coding; first frames of animations


def arithmetic():
    for name, options in (("", []), ("-progressive", ["-progressive"])):
        data = subprocess.run(["jpegtran", "-arithmetic", *options], input=encoded(CAT, "JPEG", quality=90),
                              stdout=subprocess.PIPE, check=True).stdout
        sample(f"arithmetic{name}.jpg", data)
    grey = subprocess.run(["jpegtran", "-arithmetic"], input=encoded(CAT.convert("L"), "JPEG", quality=90),
                          stdout=subprocess.PIPE, check=True).stdout
    sample("arithmetic-grey.jpg", grey)


def animations():
    frames = [CAT, CAT.rotate(180)]
    first("frames.png", encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]))
    first("default-image.png", encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True))
    first("frames-lossless.webp", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    first("frames-lossy.webp", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], quality=80))
    clear = [Image.fromarray(np.dstack([np.asarray(f), ALPHA])) for f in frames]
    data = encoded(clear[0], "WEBP", save_all=True, append_images=clear[1:], lossless=True, exact=True)
    back = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    # The same on a larger canvas, at (4, 6); what is outside shows nothing.
    wide = bytearray(data)
    wide[24:27], wide[27:30] = struct.pack("<I", 79)[:3], struct.pack("<I", 59)[:3]
    at = wide.index(b"ANMF") + 8
    wide[at : at + 3], wide[at + 3 : at + 6] = struct.pack("<I", 2)[:3], struct.pack("<I", 3)[:3]
    back = np.asarray(Image.open(io.BytesIO(wide)).convert("RGBA"))
    assert back[7, 3, 3] == 0 and (back[8, 5, :3] != 0).any()
    first("frame-within.webp", bytes(wide), expected=over_white(back[..., :3], back[..., 3]))
    back = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    first("frames-alpha.webp", data, expected=over_white(back[..., :3], back[..., 3]))


def table(name, lines):
    (OUT / name).write_text("".join("\t".join(str(v) for v in row) + "\n" for row in lines))


if __name__ == "__main__":
    bmps()
    gifs()
    tiffs()
    pnms()
    arithmetic()
    animations()
    table("formats.tsv", rows)
    table("animated.tsv", animated_rows)
    table("unsupported.tsv", unsupported_rows)
