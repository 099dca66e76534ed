"""Compares a run of `repvit classify` on Fashion-MNIST's test images with PyTorch, image by image.

    python make_demo_images.py --all target/t10k          # the 10,000 test images as PNG files
    jobs/repvit classify --model src/demo/model/repvit_m0_6_fashion_mnist.onnx \
        --input target/t10k --output target/t10k-tables --run-id all --date 2026-01-01
    python compare_demo_model.py --predictions target/t10k-tables/predictions \
        --checkpoint src/demo/model/repvit_m0_6_fashion_mnist.safetensors

The checkpoint runs unfused in timm's own RepVit, on pixels that Pillow decoded and resized. Prints how
many labels differ, with the two best scores of each such image, and the accuracy of both.
"""

import argparse
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import pyarrow.dataset as ds
import torch
from PIL import Image
from safetensors.torch import load_file
from timm.models.repvit import RepVit

SIZE = 64
MEAN = np.array((0.485, 0.456, 0.406), np.float32)
STD = np.array((0.229, 0.224, 0.225), np.float32)


def pixels(path: str) -> np.ndarray:
    image = Image.open(urlparse(path).path).convert("RGB").resize((SIZE, SIZE), Image.BICUBIC)
    return ((np.asarray(image, np.float32) / 255 - MEAN) / STD).transpose(2, 0, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--predictions", required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--labels", type=Path, default=Path("src/demo/fashion-mnist-labels.txt"))
    args = parser.parse_args()
    labels = args.labels.read_text().split()
    rows = ds.dataset(args.predictions, partitioning="hive").to_table(
        columns=["path", "label_index", "score"]).sort_by("path").to_pylist()

    model = RepVit(embed_dim=(40, 80, 160, 320), depth=(1, 1, 8, 1), mlp_ratio=2, num_classes=10, distillation=True)
    model.load_state_dict(load_file(args.checkpoint))
    model.eval()
    differing, right, right_torch, largest = [], 0, 0, 0.0
    for k in range(0, len(rows), 250):
        part = rows[k : k + 250]
        with torch.no_grad():
            scores = model(torch.from_numpy(np.stack([pixels(r["path"]) for r in part]))).softmax(1)
        for row, s in zip(part, scores):
            truth = labels.index(Path(urlparse(row["path"]).path).parent.name)
            best = int(s.argmax())
            right += row["label_index"] == truth
            right_torch += best == truth
            if best != row["label_index"]:
                differing.append((row["path"], sorted(s.tolist())[-2:]))
            else:
                largest = max(largest, abs(float(s[best]) - row["score"]))
    print(f"{len(rows)} images, top-1 {right / len(rows):.4f}, PyTorch {right_torch / len(rows):.4f}")
    print(f"{len(differing)} labels differ, largest difference of equal labels' scores {largest:.2e}")
    for path, scores in differing:
        print(f"  {path}: PyTorch's two best scores {scores}")


if __name__ == "__main__":
    main()
