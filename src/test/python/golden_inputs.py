"""Writes the same images as other tools pack data sets, for the tests of input formats.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_inputs.py src/demo/fashion-mnist src/test/resources/input

The images are the first of every class, keys are `class/number`. What it writes:

    webdataset/0000.tar, 0001.tar   tarfile, USTAR and PAX; a sample is .png, .cls and .json, the image first or last
    huggingface.parquet             pyarrow: image struct<bytes, path>, label int64; 3 rows to a row group
    binary.parquet                  pyarrow: id string, photo binary, and a row without an image
    images.zip                      zipfile: stored and deflated members, folders, __MACOSX, a text file
    hostile.zip                     zipfile: a member that inflates to 10 MB and says so, one that says 100 bytes,
                                    one that is damaged, and a sound one
    inventory/{csv,parquet,orc}     S3 Inventory of bucket e2e-inventory, as AWS lays it out: manifest.json, data/
"""

import gzip
import hashlib
import io
import json
import struct
import sys
import tarfile
import urllib.parse
import zipfile
from datetime import datetime, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet

IMAGES, OUT = Path(sys.argv[1]), Path(sys.argv[2])
TIME = 1_700_000_000
CLASSES = sorted(p.name for p in IMAGES.iterdir())
samples = []
for label, name in enumerate(CLASSES):
    file = sorted((IMAGES / name).iterdir())[0]
    samples.append((f"{name}/{file.stem}", label, file.read_bytes()))
for folder in ("webdataset", "inventory"):
    (OUT / folder).mkdir(parents=True, exist_ok=True)


def add(tar, name, data):
    member = tarfile.TarInfo(name)
    member.size, member.mtime = len(data), TIME
    tar.addfile(member, io.BytesIO(data))


for shard, layout in enumerate((tarfile.USTAR_FORMAT, tarfile.PAX_FORMAT)):
    with tarfile.open(OUT / f"webdataset/{shard:04}.tar", "w", format=layout) as tar:
        directory = tarfile.TarInfo("some_folder")
        directory.type = tarfile.DIRTYPE
        tar.addfile(directory)
        for key, label, png in samples[5 * shard : 5 * shard + 5]:
            members = [
                (".png", png),
                (".cls", str(label).encode()),
                (".json", json.dumps({"größe": label}, ensure_ascii=False).encode()),
            ]
            for extension, data in members[:: 1 if label % 2 else -1]:
                add(tar, key + extension, data)
        add(tar, "__index__", b"not a sample")

labels = [label for _, label, _ in samples]
pa.parquet.write_table(
    pa.table(
        {
            "image": pa.array(
                [{"bytes": png, "path": key + ".png"} for key, _, png in samples],
                pa.struct([("bytes", pa.binary()), ("path", pa.string())]),
            ),
            "label": pa.array(labels, pa.int64()),
        }
    ),
    OUT / "huggingface.parquet",
    row_group_size=3,
)
pa.parquet.write_table(
    pa.table(
        {
            "id": pa.array([key for key, _, _ in samples] + ["nothing"]),
            "photo": pa.array([png for _, _, png in samples] + [None], pa.binary()),
        }
    ),
    OUT / "binary.parquet",
)


def zip_member(name):
    return zipfile.ZipInfo(name, datetime.fromtimestamp(TIME, timezone.utc).timetuple()[:6])


with zipfile.ZipFile(OUT / "images.zip", "w") as archive:
    for key, label, png in samples:
        archive.writestr(
            zip_member(key + ".png"), png, zipfile.ZIP_DEFLATED if label % 2 else zipfile.ZIP_STORED
        )
    archive.writestr(zip_member("empty_folder/"), b"")
    archive.writestr(zip_member("__MACOSX/._bag.png"), b"resource fork")
    archive.writestr(zip_member("notes.txt"), b"no image\n")

packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    for name in ("honest.png", "liar.png"):
        archive.writestr(zip_member(name), bytes(10_000_000), zipfile.ZIP_DEFLATED)
    archive.writestr(zip_member("damaged.png"), samples[0][2], zipfile.ZIP_STORED)
    archive.writestr(zip_member("sound.png"), samples[1][2])
data = bytearray(packed.getvalue())
at = data.index(samples[0][2])
data[at + 100 : at + 110] = bytes(10)
# In the directory, the uncompressed size stands 22 bytes before the name.
name = data.rindex(b"liar.png")
data[name - 22 : name - 18] = struct.pack("<I", 100)
(OUT / "hostile.zip").write_bytes(data)


def inventory_rows():
    """bucket, key, latest, deleted, size, ETag; two versions of one key, a deleted one, a folder and a hidden name."""
    for key, _, png in samples:
        yield key + " größe+1.png", True, False, len(png), hashlib.md5(png).hexdigest()
    yield samples[0][0] + " größe+1.png", False, False, 17, "0" * 32
    yield "deleted.png", True, True, 0, ""
    yield "folder/", True, False, 0, hashlib.md5(b"").hexdigest()
    yield "_hidden/a.png", True, False, 5, "1" * 32


rows = list(inventory_rows())
when = datetime.fromtimestamp(TIME, timezone.utc)
table = pa.table(
    {
        "bucket": pa.array(["e2e-inventory"] * len(rows)),
        "key": pa.array([r[0] for r in rows]),
        "is_latest": pa.array([r[1] for r in rows]),
        "is_delete_marker": pa.array([r[2] for r in rows]),
        "size": pa.array([r[3] for r in rows], pa.int64()),
        "last_modified_date": pa.array([when] * len(rows), pa.timestamp("ms", "UTC")),
        "e_tag": pa.array([r[4] for r in rows]),
    }
)
text = io.StringIO()
for key, latest, deleted, size, etag in rows:
    values = ["e2e-inventory", urllib.parse.quote_plus(key, "/"), latest, deleted, size, f"{when:%Y-%m-%dT%H:%M:%S.000Z}", etag]
    text.write(",".join('"%s"' % str(v).lower() if isinstance(v, bool) else f'"{v}"' for v in values) + "\n")
SCHEMA = "Bucket, Key, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag"
for name, file_format in (("csv", "CSV"), ("parquet", "Parquet"), ("orc", "ORC")):
    home = OUT / "inventory" / name
    (home / "data").mkdir(parents=True, exist_ok=True)
    file = home / "data" / ("report.csv.gz" if name == "csv" else f"report.{name}")
    if name == "csv":
        file.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    elif name == "parquet":
        pa.parquet.write_table(table, file)
    else:
        # AWS writes ORC's plain timestamp.
        when_index = table.schema.get_field_index("last_modified_date")
        plain = table.column(when_index).cast(pa.timestamp("ms"))
        pa.orc.write_table(table.set_column(when_index, "last_modified_date", plain), file)
    content = file.read_bytes()
    manifest = {
        "sourceBucket": "e2e-inventory",
        "destinationBucket": "arn:aws:s3:::e2e-reports",
        "version": "2016-11-30",
        "creationTimestamp": str(TIME * 1000),
        "fileFormat": file_format,
        "fileSchema": SCHEMA if name == "csv" else "as in the file",
        "files": [{"key": f"{name}/data/{file.name}", "size": len(content), "MD5checksum": hashlib.md5(content).hexdigest()}],
    }
    (home / "2026-11-23T01-00Z").mkdir(exist_ok=True)
    (home / "2026-11-23T01-00Z" / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
