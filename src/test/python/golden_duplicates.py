"""Writes photographs and copies of them, and what ImageHash says: src/test/resources/duplicates.

    pip install -r src/test/python/requirements.txt
    python src/test/python/golden_duplicates.py

Copies are resized, recompressed, slightly cropped, or have the same bytes. expected.json has the groups of files by
distance: the connected components of all pairs whose perceptual hashes differ in at most so many bits.
"""

import json
import shutil
from pathlib import Path

import imagehash
from PIL import Image

OUT = Path("src/test/resources/duplicates")
PHOTOGRAPHS = ["astronaut.jpg", "camera.jpg", "chelsea.png", "coffee.jpg", "rocket.jpg"]


def groups(hashes, distance):
    group = {name: {name} for name in hashes}
    for a in hashes:
        for b in hashes:
            if hashes[a] - hashes[b] <= distance and group[a] is not group[b]:
                group[a] |= group[b]
                for name in group[a]:
                    group[name] = group[a]
    return sorted(sorted(g) for g in {id(g): g for g in group.values()}.values() if len(g) > 1)


shutil.rmtree(OUT, ignore_errors=True)
OUT.mkdir(parents=True)
for number, file in enumerate(PHOTOGRAPHS):
    with Image.open(Path("src/demo/photographs") / file) as photograph:
        image = photograph.convert("RGB")
    image.thumbnail((160, 160))
    name = Path(file).stem
    image.save(OUT / f"{name}.png")
    width, height = image.size
    image.resize((width * 3 // 4, height * 3 // 4)).save(OUT / f"{name}-resized.png")
    image.save(OUT / f"{name}-recompressed.jpg", quality=40)
    edge = 1 + number
    image.crop((edge, edge, width - edge, height - edge)).save(OUT / f"{name}-cropped.jpg", quality=90)
shutil.copy(OUT / "rocket.png", OUT / "rocket-same.png")

hashes = {path.name: imagehash.phash(Image.open(path)) for path in sorted(OUT.iterdir())}
(OUT / "expected.json").write_text(
    json.dumps(
        {
            "phash": {name: str(value) for name, value in hashes.items()},
            "groups": {distance: groups(hashes, distance) for distance in (0, 3, 8)},
        },
        indent=1,
    )
    + "\n"
)
