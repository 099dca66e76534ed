"""Writes the class names of ImageNet-1k that ship with the product: synset, tab, name; in logit order.

    pip install -r requirements.txt
    python make_imagenet_labels.py ../../main/resources/io/repvit/inference/imagenet-1k.tsv

Synsets and names are those of timm, which has the names from WordNet. Two classes are called "crane";
the first takes the name "crane bird" that torchvision gives it. All names are checked against
torchvision's list, which was made by others and has one word or phrase for each class.
"""

import argparse
from pathlib import Path

from timm.data import ImageNetInfo
from torchvision.models._meta import _IMAGENET_CATEGORIES

RENAMED = {"n02012849": "crane bird"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    file = parser.parse_args().file
    info = ImageNetInfo("imagenet-1k")
    synsets = info.label_names()
    names = [RENAMED.get(s, d) for s, d in zip(synsets, info.label_descriptions())]
    assert len(set(names)) == len(set(synsets)) == 1000
    for short, name in zip(_IMAGENET_CATEGORIES, names, strict=True):
        assert short in name.split(", ") or short == "maillot tank suit" and name == "maillot, tank suit", name
    file.write_text("".join(f"{s}\t{n}\n" for s, n in zip(synsets, names)), encoding="utf-8")


if __name__ == "__main__":
    main()
