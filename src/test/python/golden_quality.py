"""Writes what CleanVision and ImageHash say about images: src/test/resources/quality.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_quality.py

    images.zip     small images of every format, made from the photographs of the demonstration
    golden.csv.gz  image, CRC-32 of its RGB pixels, perceptual hash, difference hash, then score and flag of each issue
    dct.csv.gz     a line per picture of 32x32 grey values: the values, and the 64 lowest frequencies of scipy.fftpack.dct

An image is a file of src/test/resources/image, src/demo or images.zip; or `crop NAME X Y WIDTH HEIGHT GAIN BIAS`, a part
of a photograph with min(255, max(0, (value * GAIN >> 8) + BIAS)) for each value; or `pattern NAME WIDTH HEIGHT`, by the
formulas of patterns.py, which PatternImage in the Java tests repeats.

The reference gets the pixels that a run sees: upright, transparency over white, 8 bits, mode RGB; but mode L if the
channels are equal in all pixels. Standard output compares that with both libraries on the files as Pillow opens them.
"""

import collections
import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from pathlib import Path

import imagehash
import numpy as np
import pandas as pd
import scipy.fftpack
from cleanvision.issue_managers.image_property_issue_manager import ImagePropertyIssueManager
from PIL import Image, ImageFilter, ImageOps

from patterns import pattern

OUT = Path("src/test/resources/quality")
IMAGES = Path("src/test/resources/image")
PHOTOGRAPHS = Path("src/demo/photographs")
ISSUES = ["dark", "light", "blurry", "low_information", "odd_aspect_ratio", "grayscale"]
FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "bmp": "BMP", "gif": "GIF", "tif": "TIFF", "ppm": "PNM", "pgm": "PNM",
           "pbm": "PNM", "pnm": "PNM"}
RANDOM = np.random.default_rng(15)
MANAGER = ImagePropertyIssueManager()
MANAGER.update_params({})


# The references


def raw_values(image):
    values = {}
    for issue in ISSUES:
        values.update(MANAGER.image_properties[issue].calculate(image))
    return values


def scores(rows):
    """Scores and flags of CleanVision, a column per issue."""
    table = pd.DataFrame(rows)
    columns = []
    for issue in ISSUES:
        params = dict(MANAGER.params[issue])
        threshold = params.pop("threshold", None)
        prop = MANAGER.image_properties[issue]
        score = prop.get_scores(raw_scores=table, issue_type=issue, **params)
        flag = prop.mark_issue(score, issue, threshold)
        columns += [score[f"{issue}_score"].to_numpy(float), flag[f"is_{issue}_issue"].to_numpy(bool)]
    return list(zip(*columns))


def hashes(image):
    return str(imagehash.phash(image)), str(imagehash.dhash(image))


def seen(image):
    """The pixels that a run sees, as mode RGB; None where Pillow's 8 bits are others (16-bit samples)."""
    if image.mode.startswith("I") or image.mode == "F" or deep(image):
        return None
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGB", rgba.size, "white")
        white.paste(rgba.convert("RGB"), mask=rgba.getchannel("A"))
        return white
    return image.convert("RGB")


def deep(image):
    if image.format == "TIFF":
        return 16 in image.tag_v2.get(258, ())
    return image.format == "PNG" and ";16" in str(image.tile[0][3] if image.tile else "")


def reference(rgb):
    array = np.asarray(rgb)
    equal = (array == array[..., :1]).all()
    return rgb.convert("L") if equal else rgb


# The images


def photographs():
    return {f.name: ImageOps.exif_transpose(Image.open(f)).convert("RGB") for f in sorted(PHOTOGRAPHS.glob("*.*")) if f.suffix != ".md"}


def crop(photos, least, most):
    name = sorted(photos)[RANDOM.integers(len(photos))]
    photo = photos[name]
    width, height = (int(RANDOM.integers(least, min(most, side) + 1)) for side in photo.size)
    x, y = int(RANDOM.integers(photo.width - width + 1)), int(RANDOM.integers(photo.height - height + 1))
    gain, bias = [(256, 0), (256, 0), (60, 0), (90, 10), (40, 215), (20, 235), (600, -300), (8, 120)][RANDOM.integers(8)]
    return name, x, y, width, height, gain, bias


def cut(photos, name, x, y, width, height, gain, bias):
    values = np.asarray(photos[name])[y : y + height, x : x + width].astype(np.int32)
    return Image.fromarray(np.clip((values * gain >> 8) + bias, 0, 255).astype(np.uint8))


def picture(photos):
    """A small picture: a part of a photograph, sharp or blurred; sometimes plain areas, whose hashes have ties."""
    kind = RANDOM.integers(10)
    if kind == 0:
        width, height = (int(v) for v in RANDOM.integers(4, 70, 2))
        image = Image.new("RGB", (width, height), tuple(int(v) for v in RANDOM.integers(0, 256, 3)))
        box = sorted(RANDOM.integers(0, width, 2)), sorted(RANDOM.integers(0, height, 2))
        image.paste(tuple(int(v) for v in RANDOM.integers(0, 256, 3)), (*[int(b[0]) for b in box], *[int(b[1]) for b in box]))
        return image
    image = cut(photos, *crop(photos, 6, 400))
    longest = int(RANDOM.integers(24, 72))
    if max(image.size) > longest:
        image.thumbnail((longest, longest))
    return image.filter(ImageFilter.GaussianBlur(3)) if kind < 3 else image


def encode(image, kind, n):
    options = {}
    if kind == "JPEG":
        modes = ["RGB", "RGB", "RGB", "L", "CMYK"]
        options = dict(quality=int(RANDOM.integers(30, 96)), subsampling=int(RANDOM.integers(3)), progressive=bool(n % 3 == 0))
        if n % 7 == 0:
            exif = Image.Exif()
            exif[0x0112] = int(RANDOM.integers(2, 9))
            options["exif"] = exif.tobytes()
    elif kind == "PNG":
        modes = ["RGB", "L", "P", "RGBA", "LA", "1"]
    elif kind == "WEBP":
        modes = ["RGB", "RGB", "RGBA"]
        options = dict(quality=int(RANDOM.integers(30, 96)), lossless=bool(n % 4 == 0), exact=True)
    elif kind == "BMP":
        modes = ["P", "L", "RGB", "1"]
    elif kind == "GIF":
        modes = ["P", "L", "1"]
    elif kind == "TIFF":
        modes = ["RGB", "L", "P", "CMYK", "1"]
        options = dict(compression=["tiff_lzw", "tiff_adobe_deflate", "packbits", None][n % 4])
    else:
        modes = ["RGB", "L", "1"]
    mode = modes[n % len(modes)]
    suffix = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "BMP": "bmp", "GIF": "gif", "TIFF": "tif"}.get(
        kind, {"RGB": "ppm", "L": "pgm", "1": "pbm"}.get(mode))
    if kind in ("BMP", "TIFF", "PNM", "PNG"):
        image = image.copy()
        image.thumbnail((36, 36))
    if mode == "P":
        image = image.quantize(int(RANDOM.integers(2, 64)))
    elif mode in ("RGBA", "LA"):
        image = image.convert(mode)
        ramp = np.add.outer(np.arange(image.height) * 3, np.arange(image.width) * 5) % 256
        image.putalpha(Image.fromarray(ramp.astype(np.uint8)))
    else:
        image = image.convert(mode)
    out = io.BytesIO()
    image.save(out, "PPM" if kind == "PNM" else kind, **options)
    return f"{kind.lower()}-{n:03}.{suffix}", out.getvalue()


def archive(photos):
    with zipfile.ZipFile(OUT / "images.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for kind in sorted(set(FORMATS.values())):
            for n in range(150):
                name, data = encode(picture(photos), kind, n)
                target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 9)


def files():
    """Name and bytes of every file whose pixels a run reads."""
    for folder in ("decode", "formats", "edges", "animated"):
        for file in sorted((IMAGES / folder).iterdir()):
            yield f"{folder}/{file.name}", file.read_bytes()
    for folder in ("photographs", "fashion-mnist"):
        for file in sorted(p for p in Path("src/demo", folder).rglob("*.*") if p.suffix[1:] in FORMATS):
            yield file.relative_to("src/demo").as_posix(), file.read_bytes()
    with zipfile.ZipFile(OUT / "images.zip") as archive:
        for name in archive.namelist():
            yield f"images.zip/{name}", archive.read(name)


def expected_pixels():
    """SHA-256 of the pixels of the files in src/test/resources/image."""
    hashes = {}
    for folder in ("decode", "formats", "edges", "animated"):
        for line in (IMAGES / f"{folder}.tsv").read_text().splitlines():
            fields = line.split("\t")
            hashes[f"{folder}/{fields[0]}"] = fields[4]
    return hashes


def dct():
    lines = []
    for n in range(60):
        grey = RANDOM.integers(0, 256, (32, 32), dtype=np.uint8)
        if n % 3 == 1:
            grey[:, int(RANDOM.integers(32)) :] = grey[0, 0]
        if n % 3 == 2:
            grey[:] = grey[:1] if n % 2 else grey[:, :1]
        low = scipy.fftpack.dct(scipy.fftpack.dct(grey, axis=0), axis=1)[:8, :8]
        lines.append([bytes(grey.tobytes()).hex(), *(float(v).hex() for v in low.flatten())])
    packed("dct.csv.gz", lines)


def packed(name, rows):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    (OUT / name).write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def main():
    OUT.mkdir(exist_ok=True)
    photos, expected = photographs(), expected_pixels()
    archive(photos)
    named, formats, raw, modes, left_out = [], [], [], [], collections.Counter()
    for name, data in files():
        try:
            opened = Image.open(io.BytesIO(data)).copy()
            rgb = seen(Image.open(io.BytesIO(data)))
        except (OSError, SyntaxError, ValueError):
            left_out["Pillow does not read it"] += 1
            continue
        digest = rgb and hashlib.sha256(rgb.tobytes()).hexdigest()
        if rgb is None or expected.get(name, digest) != digest:
            left_out["a run sees other pixels than Pillow"] += 1
            continue
        named.append((name, rgb))
        formats.append(FORMATS[Path(name).suffix[1:]])
        modes.append(opened.mode)
        raw.append(opened)
    count = len(named)
    for _ in range(700):
        box = crop(photos, 3, 640)
        named.append(("crop " + " ".join(str(v) for v in box), cut(photos, *box)))
    for width, height in ((500, 375), (64, 64), (65, 64), (32, 32), (9, 8), (8, 9), (3, 3), (2, 2), (1, 1), (1, 90), (90, 1), (3, 500),
                          (700, 2), (63, 191), (128, 127), (1023, 768), (57, 2000), (350, 1000), (1000, 350), (333, 193)):
        for kind in ("noise", "rings", "checks"):
            named.append((f"pattern {kind} {width} {height}", Image.fromarray(pattern(kind, width, height))))
    refs = [reference(rgb) for _, rgb in named]
    results = scores([raw_values(r) for r in refs])
    rows = []
    for (name, rgb), ref, result in zip(named, refs, results):
        fields = [f"{v:.10f}" if isinstance(v, float) else int(v) for v in result]
        rows.append([name, f"{zlib.crc32(rgb.tobytes()):08x}", *hashes(ref), *fields])
    packed("golden.csv.gz", rows)
    dct()
    summary(formats, modes, raw, rows[:count], results[:count])
    print(len(rows), "images,", count, "of them files; left out:", dict(left_out))


def summary(formats, modes, raw, rows, results):
    """How many files give the same when both libraries open them themselves, by format and mode."""
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for kind, mode, opened, row, ours in zip(formats, modes, raw, rows, results):
        entry = counts[kind, mode]
        entry[0] += 1
        entry[1] += hashes(opened) == (row[2], row[3])
        try:
            theirs = scores([raw_values(opened)])[0]
            entry[2] += all(abs(float(a) - float(b)) <= 1e-6 for a, b in zip(theirs, ours))
        except (ValueError, IndexError, TypeError):
            pass
    print("format mode files same-hashes same-scores")
    for (kind, mode), (n, same_hashes, same_scores) in sorted(counts.items()):
        print(kind, mode, n, same_hashes, same_scores)


if __name__ == "__main__":
    main()
