"""Trains the demonstration models: RepViT-M0.6 on Fashion-MNIST, multi-branch, two heads.

The recipe is the paper's (arXiv 2307.09283, section 4.1) scaled down to two CPU cores: AdamW, linear
warm-up, cosine decay, label smoothing, random erasing, an exponential moving average of the weights.
The 28x28 grey images are enlarged with Pillow's bicubic filter exactly as the job does at inference.

    pip install -r requirements.txt
    apt-get install dataset-fashion-mnist
    python train_demo_model.py --epochs 16 --stop-after 7 --output warm.safetensors
    python train_demo_model.py --init warm.safetensors --epochs 4 --lr 1e-3 --warmup 50 --seed 1 \
        --threads 1 --output repvit_m0_6_fashion_mnist.safetensors

The first run learns at high rates, the second lets them fall to zero; together about 55 minutes.
For a cascade, the same network with an input of another size learns from the weights of the shipped model:

    python train_demo_model.py --init ../../demo/model/repvit_m0_6_fashion_mnist.safetensors --size 32 \
        --epochs 2 --lr 1e-3 --warmup 50 --seed 2 --threads 1 --output repvit_m0_6_32_fashion_mnist.safetensors

For a probe (docs/probe.md), a network learns five of the ten classes, from random weights and with a smaller input:

    python train_demo_model.py --classes 0 1 2 3 4 --size 32 --epochs 5 --warmup 100 --threads 1 \
        --output repvit_m0_6_five_classes.safetensors

Writes the checkpoint (training form, unfused, timm keys) and prints accuracy per epoch.
"""

import argparse
import copy
import gzip
import math
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from timm.models.repvit import RepVit
from torch import nn
from torch.nn import functional as F

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


def read_split(folder: Path, prefix: str) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [N,28,28] and labels uint8 [N] of an IDX pair."""
    images = gzip.open(folder / f"{prefix}-images-idx3-ubyte.gz").read()
    labels = gzip.open(folder / f"{prefix}-labels-idx1-ubyte.gz").read()
    return (
        np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28),
        np.frombuffer(labels, np.uint8, offset=8),
    )


def only(classes: list[int], images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The images of some classes; label k becomes its place in the sorted classes."""
    chosen = np.isin(labels, classes)
    return images[chosen], np.searchsorted(sorted(classes), labels[chosen]).astype(np.uint8)


def enlarge(images: np.ndarray, size: int) -> torch.Tensor:
    """uint8 [N,28,28] to uint8 [N,1,size,size], Pillow bicubic."""
    large = [np.asarray(Image.fromarray(i).resize((size, size), Image.BICUBIC)) for i in images]
    return torch.from_numpy(np.stack(large)).unsqueeze(1)


def normalise(batch: torch.Tensor) -> torch.Tensor:
    """uint8 [N,1,H,W] grey to float32 [N,3,H,W] as RGB."""
    mean = torch.tensor(MEAN).view(1, 3, 1, 1)
    std = torch.tensor(STD).view(1, 3, 1, 1)
    return ((batch.float() / 255 - mean) / std).contiguous(memory_format=torch.channels_last)


def augment(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Horizontal flip, shift of up to a sixteenth of the size, random erasing; uint8 [N,1,S,S]."""
    n, size = len(batch), batch.shape[-1]
    shift = size // 16
    padded = F.pad(batch, (shift, shift, shift, shift))
    flip = torch.rand(n, generator=generator) < 0.5
    dy, dx = torch.randint(0, 2 * shift + 1, (2, n), generator=generator)
    erase = torch.rand(n, generator=generator) < 0.25
    out = torch.empty_like(batch)
    for i in range(n):
        image = padded[i, :, dy[i] : dy[i] + size, dx[i] : dx[i] + size]
        out[i] = image.flip(-1) if flip[i] else image
        if erase[i]:
            h, w = torch.randint(size // 8, 3 * size // 8 + 1, (2,), generator=generator).tolist()
            y, x = int(torch.randint(0, size - h, (), generator=generator)), int(
                torch.randint(0, size - w, (), generator=generator)
            )
            out[i, :, y : y + h, x : x + w] = torch.randint(0, 256, (h, w), dtype=torch.uint8, generator=generator)
    return out


@torch.no_grad()
def accuracy(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    model.eval()
    right = 0
    for k in range(0, len(images), 500):
        right += (model(normalise(images[k : k + 500])).argmax(1) == labels[k : k + 500]).sum().item()
    return right / len(images)


@torch.no_grad()
def update_average(average: nn.Module, model: nn.Module, decay: float) -> None:
    for a, m in zip(average.state_dict().values(), model.state_dict().values()):
        if a.dtype.is_floating_point:
            a.lerp_(m, 1 - decay)
        else:
            a.copy_(m)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--size", type=int, default=64, help="columns and rows of the input")
    parser.add_argument("--classes", type=int, nargs="+", default=range(10), help="train with these labels only")
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--stop-after", type=int, help="end after this many epochs of the schedule")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--weight-decay", type=float, default=0.025)
    parser.add_argument("--warmup", type=int, default=468, help="steps of linear warm-up")
    parser.add_argument("--init", type=Path, help="checkpoint to start from instead of random weights")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    generator = torch.Generator().manual_seed(args.seed)

    train_images, train_labels = only(args.classes, *read_split(args.data, "train"))
    test_images, test_labels = only(args.classes, *read_split(args.data, "t10k"))
    images, labels = enlarge(train_images, args.size), torch.from_numpy(train_labels.copy()).long()
    held_out, held_out_labels = enlarge(test_images, args.size), torch.from_numpy(test_labels.copy()).long()

    model = RepVit(embed_dim=(40, 80, 160, 320), depth=(1, 1, 8, 1), mlp_ratio=2, num_classes=len(args.classes),
                   distillation=True)
    if args.init:
        model.load_state_dict(load_file(args.init))
    model = model.to(memory_format=torch.channels_last)
    average = copy.deepcopy(model)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": args.weight_decay}, {"params": plain, "weight_decay": 0.0}], lr=args.lr
    )
    steps = len(images) // args.batch
    total, warm = steps * args.epochs, args.warmup
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda s: (s + 1) / warm if s < warm else 0.5 * (1 + math.cos(math.pi * (s - warm) / (total - warm))) + 1e-3,
    )
    started = time.time()
    step = 0
    for epoch in range(args.stop_after or args.epochs):
        model.train()
        order = torch.randperm(len(images), generator=generator)
        loss_sum = 0.0
        for k in range(steps):
            pick = order[k * args.batch : (k + 1) * args.batch]
            logits = model(normalise(augment(images[pick], generator)))
            loss = F.cross_entropy(logits, labels[pick], label_smoothing=0.1)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            update_average(average, model, min(0.998, (1 + step) / (10 + step)))
            loss_sum += loss.item()
            if k % 100 == 99:
                print(f"epoch {epoch + 1} step {k + 1}/{steps} loss {loss_sum / (k + 1):.4f} "
                      f"{time.time() - started:.0f} s", flush=True)
        print(f"epoch {epoch + 1}/{args.epochs}: loss {loss_sum / steps:.4f}, test accuracy "
              f"{accuracy(model, held_out, held_out_labels):.4f}, averaged weights "
              f"{accuracy(average, held_out, held_out_labels):.4f}, {time.time() - started:.0f} s", flush=True)
        save_file({k: v.contiguous() for k, v in average.state_dict().items()}, args.output)
    parameters = sum(p.numel() for p in average.parameters())
    print(f"{args.output}: {parameters} parameters, {len(average.state_dict())} tensors")


if __name__ == "__main__":
    main()
