"""Writes the golden images of io.repvit.image: encoded samples and what Pillow and torchvision make of them.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_images.py PHOTOGRAPHS src/test/resources/image

PHOTOGRAPHS is the `data` folder of scikit-image 0.19 (it needs coffee.png, chelsea.png, astronaut.png).
Everything else is deterministic. What it writes:

    decode/*          encoded samples
    decode.tsv        file, format, width, height, SHA-256 of the RGB bytes with EXIF orientation, and without
    reject/*          files that must be refused
    reject.tsv        file, code
    resize.tsv        pattern, width, height, resize short side, crop height, crop width, filter,
                      SHA-256 of the RGB bytes
    normalised.bin    float32 big-endian [3, 256]: every pixel value through torchvision's ToTensor and Normalize

The RGB bytes are interleaved, row by row.
"""

import hashlib
import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torchvision import transforms
from torchvision.transforms import functional

from patterns import pattern

PHOTOGRAPHS = Path(sys.argv[1])
OUT = Path(sys.argv[2])
DECODE = OUT / "decode"
REJECT = OUT / "reject"
decode_rows, reject_rows = [], []


def photograph(name, box):
    return Image.open(PHOTOGRAPHS / name).convert("RGB").crop(box)


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def sha(image_or_array):
    return hashlib.sha256(np.ascontiguousarray(np.asarray(image_or_array, dtype=np.uint8)).tobytes()).hexdigest()


def sample(name, data, expected=None):
    """`expected` is for the kinds where Pillow's convert('RGB') is not what we promise."""
    (DECODE / name).write_bytes(data)
    image = Image.open(io.BytesIO(data))
    kind = {"MPO": "JPEG"}.get(image.format, image.format)
    if expected is None:
        plain = image.convert("RGB")
        upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    else:
        plain = upright = Image.fromarray(expected)
    decode_rows.append((name, kind, upright.width, upright.height, sha(upright), sha(plain)))


def reject(name, data, code):
    (REJECT / name).write_bytes(data)
    reject_rows.append((name, code))


def png(width, height, depth, colour, scanlines, extra=b"", interlace=0):
    """A PNG by hand, for the kinds that Pillow cannot write; `scanlines` without their filter bytes."""
    body = b"".join(b"\0" + line for line in scanlines)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(body, 9)) + chunk(b"IEND", b"")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def to8(values):
    return ((values.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def over_white(rgb, alpha):
    """Pillow's own blend: paste over white through the alpha as mask."""
    out = Image.new("RGB", (rgb.shape[1], rgb.shape[0]), "white")
    out.paste(Image.fromarray(rgb), mask=Image.fromarray(alpha))
    return np.asarray(out)


def alpha_ramp(height, width):
    y, x = np.mgrid[0:height, 0:width]
    ramp = ((x * 5 + y * 3) % 256).astype(np.uint8)
    ramp[: height // 3] = 255
    ramp[height - 3 :] = 0
    return ramp


def jpegs():
    cat = photograph("chelsea.png", (100, 60, 197, 133))
    cup = photograph("coffee.png", (50, 10, 550, 385))
    sample("baseline-420-500x375.jpg", encoded(cup, "JPEG", quality=75))
    sample("baseline-420.jpg", encoded(cat, "JPEG", quality=90))
    sample("baseline-422.jpg", encoded(cat, "JPEG", quality=90, subsampling="4:2:2"))
    sample("baseline-444.jpg", encoded(cat, "JPEG", quality=95, subsampling="4:4:4"))
    sample("restart-markers.jpg", encoded(cat, "JPEG", quality=90, restart_marker_rows=1))
    sample("progressive.jpg", encoded(cat, "JPEG", quality=85, progressive=True))
    sample("progressive-444.jpg", encoded(cat, "JPEG", quality=85, progressive=True, subsampling="4:4:4"))
    sample("grey.jpg", encoded(cat.convert("L"), "JPEG", quality=85))
    sample("grey-progressive.jpg", encoded(cat.convert("L"), "JPEG", quality=85, progressive=True))
    sample("rgb-colourspace.jpg", encoded(cat, "JPEG", quality=90, keep_rgb=True))
    sample("1x1.jpg", encoded(cat.crop((0, 0, 1, 1)), "JPEG"))
    sample("1x70.jpg", encoded(cat.crop((0, 0, 1, 70)), "JPEG"))
    sample("97x1.jpg", encoded(cat.crop((0, 0, 97, 1)), "JPEG"))
    inks(cat)
    little = cat.crop((10, 10, 33, 27))
    for orientation in range(1, 9):
        sample(f"orientation-{orientation}.jpg", encoded(little, "JPEG", exif=exif(orientation)))
    sample("orientation-9-is-ignored.jpg", encoded(little, "JPEG", exif=exif(9)))
    big_endian = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    sample("orientation-big-endian.jpg", encoded(little, "JPEG", exif=big_endian))
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    sample("orientation-xmp.jpg", encoded(little, "JPEG", xmp=xmp))
    base = encoded(little, "JPEG", exif=exif(1))
    broken = base.replace(b"MM\0*", b"MM\0\x99")
    assert broken != base
    sample("broken-exif.jpg", broken, expected=np.asarray(Image.open(io.BytesIO(base)).convert("RGB")))
    sample("trailing-bytes.jpg", encoded(cat, "JPEG") + b"appended by a camera" * 3)
    noise = Image.fromarray(pattern("noise", 67, 45))
    sample("noise.jpg", encoded(noise, "JPEG", quality=100))

    whole = encoded(cat, "JPEG", quality=90)
    reject("half.jpg", whole[: len(whole) // 2], "TRUNCATED")
    reject("without-end.jpg", whole[:-2], "TRUNCATED")
    reject("header-only.jpg", whole[:200], "TRUNCATED")
    reject("two-bytes.jpg", whole[:3], "TRUNCATED")
    wave = encoded(cat, "JPEG", progressive=True)
    reject("half-progressive.jpg", wave[: len(wave) // 2], "TRUNCATED")
    sof = whole.index(b"\xff\xc0")
    reject("bomb.jpg", whole[: sof + 5] + struct.pack(">HH", 65000, 65000) + whole[sof + 9 :], "TOO_MANY_PIXELS")
    reject("no-size.jpg", whole[: sof + 5] + struct.pack(">HH", 0, 97) + whole[sof + 9 :], "CORRUPT")
    reject("lossless.jpg", whole[: sof + 1] + b"\xc3" + whole[sof + 2 :], "UNSUPPORTED_JPEG")
    reject("twelve-bit.jpg", whole[: sof + 4] + b"\x0c" + whole[sof + 5 :], "UNSUPPORTED_JPEG")


def inks(cat):
    bands = np.asarray(cat.resize((24, 17)).convert("CMYK")).copy()
    bands[..., 3] = np.arange(24)[None, :] * 7
    cmyk = Image.fromarray(bands, "CMYK")
    plain = encoded(cmyk, "JPEG", quality=95)
    sample("cmyk.jpg", plain)
    sample("ycck.jpg", with_transform(plain, 2))
    sample("ycck-unknown-transform.jpg", with_transform(plain, 1))
    sample("cmyk-without-adobe.jpg", without_segment(plain, 0xEE))
    for sampling in ("4:4:4", "4:2:2"):
        data = encoded(cmyk, "JPEG", quality=90, subsampling=sampling)
        name = sampling.replace(":", "")
        sample(f"cmyk-{name}.jpg", data)
        sample(f"ycck-{name}.jpg", with_transform(data, 2))
        sample(f"cmyk-{name}-without-adobe.jpg", without_segment(data, 0xEE))
    progressive = encoded(cmyk, "JPEG", quality=90, progressive=True)
    sample("cmyk-progressive.jpg", progressive)
    sample("ycck-progressive.jpg", with_transform(progressive, 2))
    noise = np.dstack([pattern("noise", 67, 45), pattern("rings", 67, 45)[..., 0]])
    for name, image in (("noise", noise), ("1x1", noise[:1, :1])):
        data = encoded(Image.fromarray(image, "CMYK"), "JPEG", quality=100)
        sample(f"cmyk-{name}.jpg", data)
        sample(f"ycck-{name}.jpg", with_transform(data, 2))
    # Black at full size beside halved colours, as Photoshop writes it and Pillow does not: 10 units of 4 blocks
    # at 4:4:4 are 4 of 10 at 4:2:0. What they show is no picture any more; soft inks, so that sums stay in range.
    soft = Image.fromarray(bands // 8 + 108, "CMYK").resize((40, 16))
    blocks = encoded(soft, "JPEG", quality=60, subsampling="4:4:4")
    sample("ycck-420-full-black.jpg", with_transform(with_frame(blocks, 32, 32, (0x22, 0x11, 0x11, 0x22)), 2))
    sample("cmyk-orientation-6.jpg", encoded(cmyk, "JPEG", exif=exif(6)))
    profile = encoded(cmyk, "JPEG", icc_profile=b"no profile" * 20)
    at = profile.index(b"ICC_PROFILE\0\1\1")
    sample("cmyk-broken-profile.jpg", profile[: at + 12] + b"\7\3" + profile[at + 14 :])

    reject("half-cmyk.jpg", plain[: len(plain) // 2], "TRUNCATED")
    reject("cmyk-without-end.jpg", plain[:-2], "TRUNCATED")
    reject("cmyk-without-quantisation.jpg", without_segment(plain, 0xDB), "CORRUPT")
    reject("cmyk-bomb.jpg", with_frame(plain, 65000, 65000, (0x22, 0x11, 0x11, 0x11)), "TOO_MANY_PIXELS")


def with_transform(data, transform):
    """The same samples under another name: 0 is CMYK, 2 is YCCK."""
    at = data.index(b"Adobe")
    assert data[at + 11] == 0
    return data[: at + 11] + bytes([transform]) + data[at + 12 :]


def without_segment(data, marker):
    """Without each segment of this kind."""
    at = data.find(bytes([0xFF, marker]))
    if at < 0:
        return data
    length = struct.unpack_from(">H", data, at + 2)[0]
    return without_segment(data[:at] + data[at + 2 + length :], marker)


def with_frame(data, width, height, factors):
    """The same entropy-coded data as a picture of another size and other sampling factors."""
    out = bytearray(data)
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", out, at + 5, height, width)
    for i, factor in enumerate(factors):
        out[at + 11 + 3 * i] = factor
    return bytes(out)


def pngs():
    cat = photograph("chelsea.png", (120, 80, 161, 113))
    rgb = np.asarray(cat)
    h, w = rgb.shape[:2]
    alpha = alpha_ramp(h, w)
    grey = np.asarray(cat.convert("L"))
    sample("rgb.png", encoded(cat, "PNG"))
    sample("grey.png", encoded(cat.convert("L"), "PNG"))
    sample("1x1.png", encoded(cat.crop((0, 0, 1, 1)), "PNG"))
    sample("bilevel.png", encoded(cat.convert("1"), "PNG"))
    palette = cat.quantize(64)
    sample("palette.png", encoded(palette, "PNG"))
    sample("palette-4-bit.png", encoded(cat.quantize(13), "PNG"))
    opaque = np.dstack([rgb, np.full((h, w), 255, np.uint8)])
    sample("rgba-opaque.png", encoded(Image.fromarray(opaque), "PNG"))
    sample("rgba.png", encoded(Image.fromarray(np.dstack([rgb, alpha])), "PNG"), expected=over_white(rgb, alpha))
    ga = np.dstack([grey, alpha])
    sample("grey-alpha.png", encoded(Image.fromarray(ga, "LA"), "PNG"), expected=over_white(np.dstack([grey] * 3), alpha))
    trns = bytes((i * 16) % 256 for i in range(64))
    indices = np.asarray(palette)
    colours = np.asarray(palette.convert("RGB"))
    sample("palette-trns.png", encoded(palette, "PNG", transparency=trns),
           expected=over_white(colours, np.frombuffer(trns, np.uint8)[indices]))
    key = tuple(int(v) for v in rgb[5, 7])
    clear = np.where((rgb == key).all(-1), 0, 255).astype(np.uint8)
    sample("rgb-trns.png", encoded(cat, "PNG", transparency=key), expected=over_white(rgb, clear))
    level = int(grey[5, 7])
    clear = np.where(grey == level, 0, 255).astype(np.uint8)
    sample("grey-trns.png", encoded(cat.convert("L"), "PNG", transparency=level),
           expected=over_white(np.dstack([grey] * 3), clear))
    y, x = np.mgrid[0:19, 0:23]
    deep = np.stack([(x * 2849 + y * 311) % 65536, (x * y * 149) % 65536, (y * 3449 + 77) % 65536], -1).astype(np.uint16)
    lines = [row.astype(">u2").tobytes() for row in deep]
    sample("rgb-16.png", png(23, 19, 16, 2, lines), expected=to8(deep))
    lines = [row.astype(">u2").tobytes() for row in deep[..., 0]]
    sample("grey-16.png", png(23, 19, 16, 0, lines), expected=np.dstack([to8(deep[..., 0])] * 3))
    veil = ((x * 4001 + y * 257) % 65536).astype(np.uint16)
    veil[:5] = 65535
    lines = [row.astype(">u2").tobytes() for row in np.dstack([deep, veil])]
    sample("rgba-16.png", png(23, 19, 16, 6, lines), expected=over_white(to8(deep), to8(veil)))
    lines = [row.astype(">u2").tobytes() for row in np.dstack([deep[..., 1], veil])]
    sample("grey-alpha-16.png", png(23, 19, 16, 4, lines),
           expected=over_white(np.dstack([to8(deep[..., 1])] * 3), to8(veil)))
    chosen = deep[3, 4]
    lines = [row.astype(">u2").tobytes() for row in deep]
    clear = np.where((deep == chosen).all(-1), 0, 255).astype(np.uint8)
    sample("rgb-16-trns.png", png(23, 19, 16, 2, lines, chunk(b"tRNS", chosen.astype(">u2").tobytes())),
           expected=over_white(to8(deep), clear))
    two_bit = (x // 2 + y) % 4
    packed = [bytes(int("".join(f"{v:02b}" for v in row).ljust(48, "0")[i : i + 8], 2) for i in range(0, 46, 8)) for row in two_bit]
    levels = (two_bit * 85).astype(np.uint8)
    clear = np.where(two_bit == 2, 0, 255).astype(np.uint8)
    sample("grey-2-bit-trns.png", png(23, 19, 2, 0, packed, chunk(b"tRNS", b"\0\x02")),
           expected=over_white(np.dstack([levels] * 3), clear))
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    lines = [row.tobytes() for y0, x0, dy, dx in passes for row in rgb[y0::dy, x0::dx]]
    sample("interlaced.png", png(w, h, 8, 2, lines, interlace=1))
    sample("gamma-is-ignored.png", encoded(cat, "PNG")[:33] + chunk(b"gAMA", struct.pack(">I", 100000)) + encoded(cat, "PNG")[33:])
    sample("orientation-6.png", encoded(cat, "PNG", exif=exif(6)))
    sample("orientation-3-alpha-free.png", encoded(cat.convert("L"), "PNG", exif=exif(3)))

    whole = encoded(cat, "PNG")
    reject("half.png", whole[: len(whole) // 2], "TRUNCATED")
    reject("without-end.png", whole[:-12], "TRUNCATED")
    reject("signature-only.png", whole[:8], "TRUNCATED")
    reject("bomb.png", png(17000, 17000, 8, 2, [b""]), "TOO_MANY_PIXELS")
    reject("huge.png", png(0x7FFFFFFF, 0x7FFFFFFF, 8, 2, [b""]), "TOO_MANY_PIXELS")
    reject("no-size.png", png(0, 5, 8, 2, [b""]), "CORRUPT")
    reject("short-pixels.png", png(40, 40, 8, 2, [bytes(120)] * 20), "CORRUPT")
    middle = whole.index(b"IDAT") + 200
    reject("broken-pixels.png", whole[:middle] + bytes(8) + whole[middle + 8 :], "CORRUPT")
    frames = [cat, ImageOps.flip(cat)]
    reject("animated.png", encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]), "UNSUPPORTED_ANIMATED")


def webps():
    cat = photograph("chelsea.png", (100, 60, 197, 133))
    rgb = np.asarray(cat)
    alpha = alpha_ramp(*rgb.shape[:2])
    sample("lossy.webp", encoded(cat, "WEBP", quality=80))
    sample("lossy-exif-orientation-8.webp", encoded(cat, "WEBP", quality=80, exif=exif(8)))
    sample("lossless.webp", encoded(cat.crop((0, 0, 41, 33)), "WEBP", lossless=True))
    sample("1x1.webp", encoded(cat.crop((0, 0, 1, 1)), "WEBP"))
    both = Image.fromarray(np.dstack([rgb, alpha])).crop((0, 10, 41, 73))
    for name, options in (("lossless-alpha.webp", dict(lossless=True, exact=True)), ("lossy-alpha.webp", dict(quality=80))):
        data = encoded(both, "WEBP", **options)
        back = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
        sample(name, data, expected=over_white(np.ascontiguousarray(back[..., :3]), np.ascontiguousarray(back[..., 3])))

    whole = encoded(cat, "WEBP", quality=80)
    reject("half.webp", whole[: len(whole) // 2], "TRUNCATED")
    reject("riff-only.webp", whole[:12], "TRUNCATED")
    at = whole.index(b"\x9d\x01\x2a")
    reject("broken-pixels.webp", whole[: len(whole) // 2] + b"\xff" * (len(whole) - len(whole) // 2), "CORRUPT")
    reject("bomb.webp", whole[: at + 3] + struct.pack("<HH", 16383, 16383) + whole[at + 7 :], "TOO_MANY_PIXELS")
    frames = [cat, ImageOps.flip(cat)]
    reject("animated.webp", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]), "UNSUPPORTED_ANIMATED")


def strangers():
    dot = photograph("chelsea.png", (120, 80, 128, 88))
    reject("animated.gif", encoded(dot, "GIF", save_all=True, append_images=[ImageOps.flip(dot)]), "UNSUPPORTED_ANIMATED")
    reject("picture.avif", encoded(dot, "AVIF"), "UNSUPPORTED_AVIF")
    reject("big-endian.tif", b"MM\0*\0\0\0\x08\0\0", "TRUNCATED")
    reject("picture.jp2", encoded(dot, "JPEG2000"), "UNSUPPORTED_JPEG_2000")
    reject("picture.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(16), "UNSUPPORTED_HEIC")
    reject("sequence.heif", b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc" + bytes(16), "UNSUPPORTED_HEIC")
    reject("naked.jxl", b"\xff\x0a\xfa\x1f\x41\x91\x08\x06", "UNSUPPORTED_JPEG_XL")
    reject("boxed.jxl", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(8), "UNSUPPORTED_JPEG_XL")
    reject("empty.jpg", b"", "EMPTY")
    reject("page.jpg", b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "UNRECOGNISED")
    reject("zeros.jpg", bytes(64), "UNRECOGNISED")


def resizes():
    rows = []
    sizes = [(500, 375, 235, 224, 224), (375, 500, 235, 224, 224), (640, 427, 256, 224, 224), (641, 481, 235, 224, 224),
             (1600, 1200, 235, 224, 224), (3001, 2003, 235, 224, 224), (224, 224, 224, 224, 224), (235, 235, 235, 224, 224),
             (300, 235, 235, 224, 224), (100, 80, 235, 224, 224), (31, 17, 235, 224, 224), (3, 2, 64, 64, 64),
             (1, 1, 32, 32, 32), (1, 90, 24, 24, 24), (90, 1, 24, 24, 24), (2, 700, 40, 32, 40), (700, 2, 40, 40, 32),
             (333, 334, 257, 192, 256), (236, 235, 235, 224, 224), (235, 236, 235, 224, 224), (65, 49, 48, 33, 47),
             (1023, 768, 439, 384, 384), (57, 4000, 50, 48, 48), (401, 299, 20, 7, 5), (97, 73, 20, 1, 1), (25, 2501, 20, 16, 18)]
    for width, height, short, crop_h, crop_w in sizes:
        for name in ("noise", "rings", "checks"):
            source = Image.fromarray(pattern(name, width, height))
            for mode in (transforms.InterpolationMode.BICUBIC, transforms.InterpolationMode.BILINEAR, transforms.InterpolationMode.LANCZOS):
                image = functional.center_crop(functional.resize(source, short, mode), [crop_h, crop_w])
                rows.append((name, width, height, short, crop_h, crop_w, mode.name, sha(image)))
    write("resize.tsv", rows)


def normalised():
    ramp = Image.fromarray(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2))
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    tensor = transforms.Compose([transforms.ToTensor(), transforms.Normalize(torch.tensor(mean), torch.tensor(std))])(ramp)
    (OUT / "normalised.bin").write_bytes(tensor[:, 0, :].numpy().astype(">f4").tobytes())


def write(name, rows):
    (OUT / name).write_text("".join("\t".join(str(v) for v in row) + "\n" for row in rows))


if __name__ == "__main__":
    DECODE.mkdir(parents=True, exist_ok=True)
    REJECT.mkdir(parents=True, exist_ok=True)
    jpegs()
    pngs()
    webps()
    strangers()
    write("decode.tsv", decode_rows)
    write("reject.tsv", reject_rows)
    resizes()
    normalised()
