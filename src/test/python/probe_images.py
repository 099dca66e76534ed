"""Writes images whose classes no demonstration model has learnt, for docs/probe.md.

    pip install -r requirements.txt
    apt-get install dataset-fashion-mnist
    python probe_images.py DIR

    DIR/digits/DIGIT/INDEX.png     the 1,797 handwritten digits of scikit-learn, 8x8 grey, enlarged to 32x32
    DIR/garments/CLASS/INDEX.png   the 5,000 test images of Fashion-MNIST of sandals, shirts, sneakers, bags and ankle
                                   boots, which `train_demo_model.py --classes 0 1 2 3 4` leaves out
"""

import argparse
from pathlib import Path

import numpy as np
from make_demo_images import LABELS, read_split
from PIL import Image
from sklearn.datasets import load_digits

SIDE = 32
LEARNT = 5


def write(folder: Path, index: int, image: Image.Image) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    image.save(folder / f"{index:05d}.png", optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
    arguments = parser.parse_args()
    digits = load_digits()
    for index, (pixels, digit) in enumerate(zip(digits.images, digits.target)):
        grey = Image.fromarray(np.rint(pixels * 255 / 16).astype(np.uint8))
        write(arguments.folder / "digits" / str(digit), index, grey.resize((SIDE, SIDE), Image.BICUBIC))
    images, labels = read_split(arguments.data, "t10k")
    for index, (pixels, label) in enumerate(zip(images, labels)):
        if label >= LEARNT:
            write(arguments.folder / "garments" / LABELS[label], index, Image.fromarray(pixels))


if __name__ == "__main__":
    main()
