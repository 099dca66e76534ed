"""Writes small images at the edges of their formats: orientation in texts, colour keys, still pictures in animations.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_edges.py

Writes, below src/test/resources/image:

    edges/*           encoded samples
    edges.tsv         file, format, width, height, SHA-256 of the RGB bytes with EXIF orientation, and without
    edges-refused.tsv file, code; SHA-256 of the RGB bytes of the first frame, where `--animated first` takes one

The RGB bytes are interleaved, row by row. Sizes, orientation and pixels are Pillow's, but for transparency, which is
composed over white, and where the sample says why not. Pillow must see one frame of what is in edges.tsv.
"""

import hashlib
import io
import random
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

OUT = Path("src/test/resources/image")
CAT = Image.open("src/demo/photographs/chelsea.png").convert("RGB").resize((37, 23))
RGB = np.asarray(CAT)
GREY = np.asarray(CAT.convert("L"))
HEIGHT, WIDTH = GREY.shape
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
ALPHA = ((X * 5 + Y * 3) % 256).astype(np.uint8)
rows, refused_rows = [], []


def sha(pixels):
    return hashlib.sha256(np.ascontiguousarray(np.asarray(pixels, dtype=np.uint8)).tobytes()).hexdigest()


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def over_white(image):
    rgba = np.asarray(image.convert("RGBA")).astype(np.uint32)
    alpha = rgba[..., 3:]
    return Image.fromarray(((rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8))


def picture(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def sample(name, data, stored=None, orientation=None):
    """`stored` and `orientation` where Pillow's are not what we promise."""
    (OUT / "edges" / name).write_bytes(data)
    if stored is None:
        image = picture(data)
        assert getattr(image, "n_frames", 1) == 1, name
        stored = over_white(image)
    if orientation is None:
        upright = ImageOps.exif_transpose(picture(data))
        orientation = picture(data).getexif().get(0x112, 1)
    else:
        upright = stored
    if orientation not in (1, None):
        upright = over_white(upright)
    else:
        upright = stored
    kind = {"png": "PNG", "webp": "WEBP", "jpg": "JPEG"}[name.split(".")[-1]]
    rows.append((name, kind, upright.width, upright.height, sha(upright), sha(stored)))


def refused(name, data, code):
    """What Pillow refuses, or sees several frames of."""
    (OUT / "edges" / name).write_bytes(data)
    first = "-"
    if code == "UNSUPPORTED_ANIMATED":
        image = picture(data)
        assert image.n_frames > 1
        first = sha(over_white(image))
    else:
        try:
            picture(data)
        except (OSError, SyntaxError, ValueError):
            pass
        else:
            raise AssertionError(f"Pillow reads {name}")
    refused_rows.append((name, code, first))


# PNG


def chunks(data):
    at = 8
    while at < len(data):
        length = struct.unpack_from(">I", data, at)[0]
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def png(parts):
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in parts)


HEAD, *PIXELS, END = chunks(encoded(CAT, "PNG"))


def with_chunks(before=(), after=()):
    return png([HEAD, *before, *PIXELS, *after, END])


def exif(*entries, order=">"):
    """A TIFF directory of (tag, type, count, value)."""
    body = struct.pack(order + "2sHIH", b"MM" if order == ">" else b"II", 42, 8, len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack(order + "HHI", tag, kind, count)
        body += struct.pack(order + "HH", value, 0) if kind == 3 else struct.pack(order + "I", value)
    return body + bytes(4)


def oriented(orientation, order=">"):
    return exif((0x112, 3, 1, orientation), order=order)


def profile(block, width=72, head=b"Exif\0\0"):
    """As ImageMagick writes it."""
    digits = (head + block).hex()
    return f"\nexif\n{len(head + block):8d}\n" + "\n".join(digits[i : i + width] for i in range(0, len(digits), width)) + "\n"


def text(keyword, value):
    return b"tEXt", keyword.encode() + b"\0" + value.encode()


def ztxt(keyword, value):
    return b"zTXt", keyword.encode() + b"\0\0" + zlib.compress(value.encode())


def itxt(keyword, value, packed, language=b"", translated=b""):
    value = zlib.compress(value.encode()) if packed else value.encode()
    return b"iTXt", keyword.encode() + b"\0" + bytes([packed, 0]) + language + b"\0" + translated + b"\0" + value


def xmp(orientation):
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description tiff:Orientation="{orientation}"/></rdf:RDF></x:xmpmeta>'


RAW = "Raw profile type exif"
XMP = "XML:com.adobe.xmp"


def orientations():
    six, three, none = profile(oriented(6)), profile(oriented(3)), profile(exif((0x100, 3, 1, 7)))
    sample("profile-text.png", with_chunks([text(RAW, six)]))
    sample("profile-ztxt.png", with_chunks([ztxt(RAW, six)]))
    sample("profile-itxt.png", with_chunks([itxt(RAW, six, True)]))
    sample("profile-behind-pixels.png", with_chunks(after=[ztxt(RAW, six)]))
    sample("profile-little-endian.png", with_chunks([text(RAW, profile(oriented(8, "<")))]))
    sample("profile-upper-case.png", with_chunks([text(RAW, six.upper())]))
    sample("profile-without-head.png", with_chunks([text(RAW, profile(oriented(5), head=b""))]))
    sample("profile-head-twice.png", with_chunks([text(RAW, profile(oriented(5), head=b"Exif\0\0" * 2))]))
    sample("profile-in-one-line.png", with_chunks([ztxt(RAW, profile(oriented(7), width=10000))]))
    sample("profile-spaces.png", with_chunks([text(RAW, profile(oriented(7)).replace("00", "00 "))]))
    sample("last-profile-counts.png", with_chunks([text(RAW, six), ztxt(RAW, three)]))
    sample("profile-and-empty-exif.png", with_chunks([text(RAW, six), (b"eXIf", exif())]))
    sample("profile-and-exif.png", with_chunks([text(RAW, six), (b"eXIf", oriented(3))]))
    sample("profile-and-xmp.png", with_chunks([itxt(XMP, xmp(8), True), text(RAW, six)]))
    sample("profile-without-orientation-and-xmp.png", with_chunks([itxt(XMP, xmp(8), True), text(RAW, none)]))
    sample("exif-without-orientation-and-xmp.png", with_chunks([itxt(XMP, xmp(8), True), (b"eXIf", exif((0x100, 3, 1, 7)))]))
    sample("exif-behind-pixels.png", with_chunks(after=[(b"eXIf", oriented(6))]))
    sample("last-exif-counts.png", with_chunks([(b"eXIf", oriented(6)), (b"eXIf", oriented(8))]))
    sample("last-entry-counts.png", with_chunks([(b"eXIf", exif((0x112, 3, 1, 6), (0x112, 3, 1, 3)))]))
    sample("orientation-9-and-xmp.png", with_chunks([itxt(XMP, xmp(8), True), (b"eXIf", oriented(9))]))
    sample("orientation-as-long.png", with_chunks([(b"eXIf", exif((0x112, 4, 1, 6)))]))
    sample("orientation-as-text-and-xmp.png", with_chunks([itxt(XMP, xmp(8), True), (b"eXIf", exif((0x112, 2, 1, 0x36000000)))]))
    sample("directory-that-is-cut.png", with_chunks([(b"eXIf", exif((0x112, 3, 1, 6), (0x11A, 3, 1, 3))[:-10])]))
    sample("xmp-deflated.png", with_chunks([itxt(XMP, xmp(6), True)]))
    sample("xmp-with-language.png", with_chunks([itxt(XMP, xmp(6), True, b"en", b"about")]))
    sample("xmp-in-text.png", with_chunks([text(XMP, xmp(5))]))
    sample("xmp-in-ztxt.png", with_chunks([ztxt(XMP, xmp(7))]))
    sample("xmp-as-element.png", with_chunks([itxt(XMP, "<tiff:Orientation>6</tiff:Orientation>", True)]))
    sample("xmp-behind-pixels.png", with_chunks(after=[itxt(XMP, xmp(6), True)]))
    sample("xmp-near-the-limit.png", with_chunks([itxt(XMP, " " * 1_000_000 + xmp(6), True)]))
    kind, data = itxt(XMP, xmp(6) + " " * 50_000, True)
    sample("xmp-that-is-cut.png", with_chunks([(kind, data[:-20])]))
    sample("xmp-in-zero-bytes.png", with_chunks([itxt(XMP, "", True)]))
    # Pillow refuses the picture for these; here metadata that cannot be read does not count.
    for name, chunk in (("bomb", ztxt(RAW, six + " " * 3_000_000)), ("no-digits", text(RAW, six + "x")),
                        ("odd-digits", text(RAW, six.rstrip() + "1 2\n")), ("other-method", (b"zTXt", RAW.encode() + b"\0\1" + zlib.compress(six.encode())))):
        sample(f"profile-{name}.png", with_chunks([chunk]), stored=CAT, orientation=1)
    sample("xmp-bomb.png", with_chunks([itxt(XMP, xmp(6) + " " * 3_000_000, True)]), stored=CAT, orientation=1)
    sample("profile-no-deflate.png", with_chunks([(b"zTXt", RAW.encode() + b"\0\0" + b"\xff" * 50)]))
    sample("xmp-no-deflate.png", with_chunks([(b"iTXt", XMP.encode() + b"\0\1\0\0\0" + b"\xff" * 50)]))


def lines(pixels, bits):
    """[rows, columns] of levels as deflated lines without filter."""
    body = b""
    for row in pixels:
        digits = "".join(f"{v:0{bits}b}" for v in row)
        digits += "0" * (-len(digits) % 8)
        body += b"\0" + bytes(int(digits[i : i + 8], 2) for i in range(0, len(digits), 8))
    return b"IDAT", zlib.compress(body)


def keys():
    def grey(bits, key, levels):
        return png([(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, 0, 0, 0, 0)), (b"tRNS", struct.pack(">H", key)),
                    lines(levels, bits), END])

    level = int(GREY[10, 10])
    sample("grey-key-high-byte.png", grey(8, 0x100 + level, GREY))
    sample("grey-key-all-bits.png", grey(8, 0xFF00 + level, GREY))
    red, green, blue = (int(v) for v in RGB[10, 10])
    sample("rgb-key-high-bytes.png", with_chunks([(b"tRNS", struct.pack(">HHH", 0x100 + red, 0x4200 + green, 0xFF00 + blue))]))
    # Of fewer bits Pillow compares the key with levels that are scaled; PNG says which bits count.
    for bits in (1, 2, 4):
        most = 2**bits - 1
        levels = GREY >> (8 - bits)
        key = int(levels[10, 10])
        shown = np.where(levels == key, 255, levels * (255 // most)).astype(np.uint8)
        shown = Image.fromarray(np.dstack([shown] * 3))
        sample(f"grey-{bits}-bit-key-high-bits.png", grey(bits, key | 0xFF00 | (most + 1), levels), stored=shown, orientation=1)
    # tRNS behind the pixels, or too long: libpng and browsers show none of it.
    for name, before, after in (("behind-pixels", [], [(b"tRNS", struct.pack(">HHH", red, green, blue))]),
                                ("too-long", [(b"tRNS", struct.pack(">HHHH", red, green, blue, 0))], [])):
        sample(f"rgb-key-{name}.png", with_chunks(before, after), stored=CAT, orientation=1)


def control(frames):
    return b"acTL", struct.pack(">II", frames, 0)


def frame(sequence, width=WIDTH, height=HEIGHT, left=0, top=0):
    return b"fcTL", struct.pack(">IIIIIHHBB", sequence, width, height, left, top, 1, 10, 0, 0)


def apngs():
    later = b"fdAT", struct.pack(">I", 2) + b"".join(d for t, d in PIXELS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sample("actl-behind-pixels.png", with_chunks(after=[control(1)]))
        sample("frames-behind-pixels.png", with_chunks(after=[control(2), frame(0), (b"fdAT", struct.pack(">I", 1) + later[1][4:])]))
        sample("actl-of-0-frames.png", with_chunks([control(0)]))
        sample("actl-of-1-frame.png", with_chunks([control(1), frame(0)]))
        sample("actl-of-too-many-frames.png", with_chunks([control(0x80000001)]))
        sample("actl-twice.png", with_chunks([control(2), control(2)]))
        sample("fctl-without-actl.png", with_chunks([frame(0)]))
        sample("one-frame-profile-behind-fctl.png", with_chunks([control(1), frame(0)], [text(RAW, profile(oriented(6)))]))
        refused("actl-thrice.png", with_chunks([control(2), control(2), control(2)]), "UNSUPPORTED_ANIMATED")
        refused("actl-of-1-frame-beside-default.png", with_chunks([control(1)], [frame(0), (b"fdAT", struct.pack(">I", 1) + later[1][4:])]),
                "UNSUPPORTED_ANIMATED")
        # The orientation of the second frame is not that of the first.
        refused("two-frames-profile-behind-fctl.png",
                with_chunks([control(2), frame(0)], [frame(1), text(RAW, profile(oriented(3))), later]), "UNSUPPORTED_ANIMATED")
        refused("actl-too-short.png", with_chunks([(b"acTL", b"\0\0\0\2")]), "CORRUPT")
        refused("fctl-too-short.png", with_chunks([control(1), (b"fcTL", bytes(20))]), "CORRUPT")
        refused("fctl-beyond-picture.png", with_chunks([control(1), frame(0, left=5)]), "CORRUPT")
    packed = b"".join(d for t, d in PIXELS)
    half = len(packed) // 2
    sample("pixels-in-two-chunks.png", png([HEAD, (b"IDAT", packed[:half]), (b"IDAT", packed[half:]), END]))
    refused("pixels-not-consecutive.png", png([HEAD, (b"IDAT", packed[:half]), text("a", "b"), (b"IDAT", packed[half:]), END]), "CORRUPT")
    sample("pixels-and-a-stray-idat.png", with_chunks(after=[text("a", "b"), (b"IDAT", b"nothing")]))


# WebP


def webp_chunks(data):
    at = 12
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 4)[0]
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def body(parts):
    return b"".join(t + struct.pack("<I", len(d)) + d + bytes(len(d) & 1) for t, d in parts)


def webp(*parts):
    content = b"WEBP" + body(parts)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def u24(*values):
    return b"".join(struct.pack("<I", v)[:3] for v in values)


def vp8x(flags, width=WIDTH, height=HEIGHT):
    return b"VP8X", bytes([flags, 0, 0, 0]) + u24(width - 1, height - 1)


def anmf(picture, left=0, top=0):
    return b"ANMF", u24(left // 2, top // 2, WIDTH - 1, HEIGHT - 1, 100) + b"\0" + body(picture)


ANIMATED, WITH_XMP, WITH_EXIF, TRANSPARENT = 2, 4, 8, 16
LOOP = b"ANIM", b"\xff\0\0\xff\0\0"


def webps():
    clear = Image.fromarray(np.dstack([RGB, ALPHA]))
    picked = ("VP8 ", "VP8L", "ALPH")
    lossy, lossless, clear_lossy, clear_lossless = (
        [c for c in webp_chunks(data) if c[0].decode() in picked]
        for data in (encoded(CAT, "WEBP", quality=80), encoded(CAT, "WEBP", lossless=True),
                     encoded(clear, "WEBP", quality=80), encoded(clear, "WEBP", lossless=True, exact=True)))
    sample("one-frame-lossy.webp", webp(vp8x(ANIMATED), LOOP, anmf(lossy)))
    sample("one-frame-lossless.webp", webp(vp8x(ANIMATED), LOOP, anmf(lossless)))
    sample("one-frame-lossy-alpha.webp", webp(vp8x(ANIMATED | TRANSPARENT), LOOP, anmf(clear_lossy)))
    sample("one-frame-lossless-alpha.webp", webp(vp8x(ANIMATED | TRANSPARENT), LOOP, anmf(clear_lossless)))
    sample("one-frame-alpha-without-flag.webp", webp(vp8x(ANIMATED), LOOP, anmf(clear_lossless)))
    sample("one-frame-on-black.webp", webp(vp8x(ANIMATED, 60, 50), LOOP, anmf(lossy, 4, 6)))
    sample("one-frame-on-white.webp", webp(vp8x(ANIMATED | TRANSPARENT, 60, 50), LOOP, anmf(lossless, 4, 6)))
    six = (b"EXIF", oriented(6))
    sample("one-frame-orientation-6.webp", webp(vp8x(ANIMATED | WITH_EXIF), LOOP, anmf(lossy), six))
    sample("still-alpha-without-flag.webp", webp(vp8x(0), *clear_lossless))
    sample("still-lossy-alpha-without-flag.webp", webp(vp8x(0), *clear_lossy))
    sample("exif-without-flag.webp", webp(vp8x(0), *lossy, six))
    sample("exif-without-header.webp", webp(*lossy, six))
    sample("xmp.webp", webp(vp8x(WITH_XMP), *lossy, (b"XMP ", xmp(8).encode())))
    sample("xmp-without-flag.webp", webp(vp8x(0), *lossy, (b"XMP ", xmp(8).encode())))
    refused("two-frames-on-black.webp", webp(vp8x(ANIMATED, 60, 50), LOOP, anmf(lossy, 4, 6), anmf(lossless)), "UNSUPPORTED_ANIMATED")
    refused("frame-without-flag.webp", webp(vp8x(0), LOOP, anmf(lossy), *lossy), "CORRUPT")
    refused("frame-without-anim.webp", webp(vp8x(ANIMATED), anmf(lossy)), "CORRUPT")
    refused("picture-beside-frame.webp", webp(vp8x(ANIMATED), LOOP, anmf(lossy), *lossy), "CORRUPT")
    refused("no-frame.webp", webp(vp8x(ANIMATED), LOOP), "CORRUPT")
    for name, colour in (("red", (1, 0, 0, 255)), ("clear", (0, 1, 0, 99)), ("grey", (90, 90, 90, 255))):
        data = webp((b"VP8L", one_pixel(*colour)))
        sample(f"short-{name}.webp", data)
        assert len(data) <= 32 and (len(data) < 32 or name == "grey"), len(data)


def one_pixel(red, green, blue, alpha):
    """VP8L of 1x1: five prefix codes of one symbol each, which takes no bit."""
    fields = [(0x2F, 8), (0, 14), (0, 14), (int(alpha < 255), 1), (0, 3), (0, 1), (0, 1), (0, 1)]
    for symbol in (green, red, blue, alpha, 0):
        wide = int(symbol > 1)
        fields += [(1, 1), (0, 1), (wide, 1), (symbol, 8 if wide else 1)]
    bits, at = 0, 0
    for value, length in fields:
        bits |= value << at
        at += length
    return bits.to_bytes((at + 7) // 8, "little")


# JPEG: a damaged stream, of which Pillow says "broken data stream"


def jpegs():
    whole = encoded(Image.open("src/demo/photographs/chelsea.png").convert("RGB").resize((121, 91)), "JPEG", quality=85)
    n = len(whole)
    for name, seed in (("flips", 3), ("marker", 5), ("ff-run", 7)):
        g = random.Random(seed)
        while True:
            data, at = bytearray(whole), g.randrange(n * 35 // 100, n * 60 // 100)
            if name == "flips":
                for _ in range(60):
                    data[g.randrange(700, n - 2)] = g.randrange(256)
            elif name == "marker":
                data[at : at + 2] = bytes([255, g.choice([0xD9, 0xDA, 0xDB, 0xC4, 0xE1])])
            else:
                data[at : at + 8] = b"\xff" * 8
            try:
                picture(bytes(data))
            except OSError as e:
                if "broken data stream" in str(e):
                    break
        refused(f"broken-stream-{name}.jpg", bytes(data), "CORRUPT")
    sample("rubbish-behind-end.jpg", whole + bytes(g.randrange(256) for _ in range(2000)))


def table(name, lines):
    (OUT / name).write_text("".join("\t".join(str(v) for v in row) + "\n" for row in lines))


if __name__ == "__main__":
    (OUT / "edges").mkdir(exist_ok=True)
    orientations()
    keys()
    apngs()
    webps()
    jpegs()
    table("edges.tsv", rows)
    table("edges-refused.tsv", refused_rows)
