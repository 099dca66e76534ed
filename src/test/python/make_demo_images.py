"""Writes the images of src/demo: Fashion-MNIST garments and photographs, both free to redistribute.

    pip install -r requirements.txt
    apt-get install dataset-fashion-mnist
    apt-get download python3-skimage && dpkg -x python3-skimage_*.deb skimage
    python make_demo_images.py --photographs skimage ../../demo

Garments: the first hundred test images of each class, 28x28 grey PNG, named by their index in the test set.
`--all DIR` writes all 10,000 there instead, for measuring accuracy, `--training DIR` the first 200 training images of
each class, for quantisation. Photographs: the files of scikit-image
(Debian's 0.19.3) whose docstring says public domain or CC0, shrunk to ordinary sizes in JPEG, PNG and WebP;
three of them are awkward on purpose (progressive, grey, to be turned upright by its EXIF orientation).
"""

import argparse
import gzip
from pathlib import Path

import numpy as np
from PIL import Image

# In the order of the label numbers (README of zalandoresearch/fashion-mnist), as folder names.
LABELS = (
    "t-shirt_top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle_boot",
)
PER_CLASS = 100
TRAINING_PER_CLASS = 200
EXIF_ORIENTATION = 0x0112
# Value 6: the stored picture must be turned 90 degrees clockwise to stand upright.
TURN_CLOCKWISE = 6

# source file, target file, longest side, save options
PHOTOGRAPHS = (
    ("astronaut.png", "astronaut.jpg", 512, {"quality": 85}),
    ("brick.png", "brick.png", 320, {"optimize": True}),
    ("camera.png", "camera.jpg", 512, {"quality": 85}),
    ("chelsea.png", "chelsea.png", 320, {"optimize": True}),
    ("coffee.png", "coffee.jpg", 600, {"quality": 85, "progressive": True}),
    ("grass.png", "grass.jpg", 512, {"quality": 80}),
    ("gravel.png", "gravel.webp", 512, {"quality": 80}),
    ("hubble_deep_field.jpg", "hubble_deep_field.webp", 640, {"quality": 80}),
    ("retina.jpg", "retina.jpg", 512, {"quality": 85}),
    ("rocket.jpg", "rocket.jpg", 640, {"quality": 85, "orientation": TURN_CLOCKWISE}),
)


def read_split(folder: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [N,28,28] and labels uint8 [N] of the IDX pair of t10k or train."""
    images = gzip.decompress((folder / f"{split}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / f"{split}-labels-idx1-ubyte.gz").read_bytes())
    return (
        np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28),
        np.frombuffer(labels, np.uint8, offset=8),
    )


def write_garments(dataset: Path, target: Path, per_class: int | None, split: str = "t10k") -> int:
    """Writes TARGET/<class>/<index>.png and returns how many."""
    images, labels = read_split(dataset, split)
    written = 0
    for number, name in enumerate(LABELS):
        folder = target / name
        folder.mkdir(parents=True, exist_ok=True)
        for index in np.flatnonzero(labels == number)[:per_class]:
            Image.fromarray(images[index]).save(folder / f"{index:05d}.png", optimize=True)
            written += 1
    return written


def write_photographs(package: Path, target: Path) -> int:
    """Writes TARGET/<name> for each of PHOTOGRAPHS and returns how many."""
    data = find_data(package)
    target.mkdir(parents=True, exist_ok=True)
    for source, name, longest_side, options in PHOTOGRAPHS:
        picture = Image.open(data / source)
        picture.thumbnail((longest_side, longest_side), Image.LANCZOS)
        picture.info.clear()  # no metadata but what is written here
        options = dict(options)
        if options.pop("orientation", None) == TURN_CLOCKWISE:
            picture = picture.transpose(Image.Transpose.ROTATE_90)
            exif = Image.Exif()
            exif[EXIF_ORIENTATION] = TURN_CLOCKWISE
            options["exif"] = exif
        picture.save(target / name, **options)
    return len(PHOTOGRAPHS)


def find_data(package: Path) -> Path:
    """skimage/data below the unpacked or installed package, or that folder itself."""
    for folder in (package, package / "data", package / "usr/lib/python3/dist-packages/skimage/data"):
        if (folder / "astronaut.png").is_file():
            return folder
    raise SystemExit(f"{package}: no skimage/data/astronaut.png below; pass the folder that dpkg -x filled")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("demo", type=Path, nargs="?", help="the folder src/demo")
    parser.add_argument("--photographs", type=Path, metavar="SKIMAGE", help="unpacked python3-skimage")
    parser.add_argument("--all", type=Path, metavar="DIR", help="write all 10,000 test images there, nothing else")
    parser.add_argument("--training", type=Path, metavar="DIR", help="write 2,000 training images there, nothing else")
    parser.add_argument("--dataset", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
    arguments = parser.parse_args()
    if arguments.all:
        print(f"{arguments.all}: {write_garments(arguments.dataset, arguments.all, None)} images")
        return
    if arguments.training:
        count = write_garments(arguments.dataset, arguments.training, TRAINING_PER_CLASS, "train")
        print(f"{arguments.training}: {count} images")
        return
    if not arguments.demo:
        parser.error("pass the folder src/demo, --all DIR or --training DIR")
    garments = write_garments(arguments.dataset, arguments.demo / "fashion-mnist", PER_CLASS)
    (arguments.demo / "fashion-mnist-labels.txt").write_text("\n".join(LABELS) + "\n")
    print(f"{arguments.demo / 'fashion-mnist'}: {garments} images")
    if arguments.photographs:
        photographs = write_photographs(arguments.photographs, arguments.demo / "photographs")
        print(f"{arguments.demo / 'photographs'}: {photographs} images")


if __name__ == "__main__":
    main()
