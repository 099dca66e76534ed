"""Writes what every variant of RepViT must answer at full size, without a weight being shipped.

    pip install -r requirements.txt
    python golden_variants.py ../../demo/photographs ../resources/model

Weights are those of pseudo_random.py, which the class PseudoRandomWeights computes too. Inputs are four
photographs that Pillow decodes, resizes and crops. Networks with timm's names are timm's own RepVit.
Networks with the authors' names are the classes below, which state the structure of THU-MIG/RepViT's
model/repvit.py a second time, from the authors' tables of blocks: one flat list of features, each with
its own squeeze-excite flag and stride. They share no code and no numbering with timm, or with the Java
code, whose mapping from stage and block to a feature's number they test.

All is computed in float64 and stored in float32. PyTorch has no fast float64 depthwise convolution, so
those are computed as the sum of shifted products that they are; on the smallest network of each layout
the outcome is compared with PyTorch's own. Networks whose activations fade or explode, whose
answers hardly depend on the image or hardly on some weights would show nothing: they are refused here.
The file has two tensors per case, LAYOUT/VARIANT/FORM/HEADS/HEIGHTxWIDTH/{logits,embedding}.
"""

import argparse
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageOps
from pseudo_random import pseudo_random
from safetensors.torch import save_file
from timm.layers import SqueezeExcite
from timm.models.repvit import RepVit
from torch import nn
from torch.nn import functional
from torchvision.transforms import InterpolationMode
from torchvision.transforms.functional import center_crop, resize

PHOTOGRAPHS = ("astronaut.jpg", "chelsea.png", "coffee.jpg", "rocket.jpg")
MEAN = np.array((0.485, 0.456, 0.406), np.float32)
STD = np.array((0.229, 0.224, 0.225), np.float32)

# timm's arguments: widths and depths.
TIMM = {
    "repvit_m0_6": ((40, 80, 160, 320), (1, 1, 8, 1)),
    "repvit_m0_9": ((48, 96, 192, 384), (2, 2, 14, 2)),
    "repvit_m1_0": ((56, 112, 224, 448), (2, 2, 14, 2)),
    "repvit_m1_1": ((64, 128, 256, 512), (2, 2, 12, 2)),
    "repvit_m1_5": ((64, 128, 256, 512), (4, 4, 24, 4)),
    "repvit_m2_3": ((80, 160, 320, 640), (6, 6, 34, 2)),
    "repvit_m1": ((48, 96, 192, 384), (2, 2, 14, 2)),
    "repvit_m2": ((64, 128, 256, 512), (2, 2, 12, 2)),
    "repvit_m3": ((64, 128, 256, 512), (4, 4, 18, 2)),
}

# The authors' tables, a word per width: a letter per row, s with and - without squeeze-excite. The first
# row of each word but the first has stride 2.
AUTHORS = {
    "repvit_m0_6": "40:s- 80:-s- 160:-s-s-s-s-- 320:-s",
    "repvit_m0_9": "48:s-- 96:-s-- 192:-s-s-s-s-s-s-s-- 384:-s-",
    "repvit_m1_0": "56:s-- 112:-s-- 224:-s-s-s-s-s-s-s-- 448:-s-",
    "repvit_m1_1": "64:s-- 128:-s-- 256:-s-s-s-s-s-s-- 512:-s-",
    "repvit_m1_5": "64:s-s-- 128:-s-s-- 256:-s-s-s-s-s-s-s-s-s-s-s-s-- 512:-s-s-",
    "repvit_m2_3": "80:s-s-s-- 160:-s-s-s-- 320:-s-s-s-s-s-s-s-s-s-s-s-s-s-s-s-s-s-- 640:-s-",
    "repvit_m1": "48:s-- 96:-s-- 192:-s-s-s-s-s-s-s-- 384:-s-",
    "repvit_m2": "64:s-- 128:-s-- 256:-s-s-s-s-s-s-- 512:-s-",
    "repvit_m3": "64:s-s-- 128:-s-s-- 256:-s-s-s-s-s-s-s-s-s-- 512:-s-",
}


class Case(NamedTuple):
    layout: str
    variant: str
    form: str
    heads: int
    classes: int
    size: tuple[int, int] = (224, 224)

    def __str__(self) -> str:
        return f"{self.layout}/{self.variant}/{self.form}/{self.heads}/{self.size[0]}x{self.size[1]}"


def released(variant: str) -> str:
    return "LEGACY" if variant in ("repvit_m1", "repvit_m2", "repvit_m3") else "CURRENT"


CASES = [
    *(Case("timm", v, released(v), 2 - i % 2, 1000 if v == "repvit_m0_9" else 20) for i, v in enumerate(TIMM)),
    *(Case("authors", v, released(v), 1 + i % 2, 1000 if v == "repvit_m1" else 20) for i, v in enumerate(AUTHORS)),
    # The other form of the token mixer, and other sizes.
    Case("timm", "repvit_m0_6", "LEGACY", 2, 20, (192, 256)),
    Case("authors", "repvit_m3", "CURRENT", 2, 20, (256, 256)),
]


class ConvNorm(nn.Sequential):
    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1):
        super().__init__()
        self.c = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outputs)


class TokenMixer(nn.Module):
    def __init__(self, width: int, legacy: bool):
        super().__init__()
        self.conv = ConvNorm(width, width, 3, groups=width)
        self.conv1 = ConvNorm(width, width, 1, groups=width) if legacy else nn.Conv2d(width, width, 1, groups=width)
        self.bn = nn.Identity() if legacy else nn.BatchNorm2d(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.bn(self.conv(x) + self.conv1(x) + x)


class Residual(nn.Module):
    def __init__(self, m: nn.Module):
        super().__init__()
        self.m = m

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.m(x)


class Row(nn.Sequential):
    """A row of the authors' tables: RepViTBlock."""

    def __init__(self, inputs: int, width: int, gated: bool, stride: int, legacy: bool):
        super().__init__()
        gate = SqueezeExcite(inputs, 0.25) if gated else nn.Identity()
        if stride == 2:
            self.token_mixer = nn.Sequential(
                ConvNorm(inputs, inputs, 3, 2, groups=inputs), gate, ConvNorm(inputs, width, 1)
            )
        else:
            self.token_mixer = nn.Sequential(TokenMixer(width, legacy), gate)
        self.channel_mixer = Residual(
            nn.Sequential(ConvNorm(width, 2 * width, 1), nn.GELU(), ConvNorm(2 * width, width, 1))
        )


class NormLinear(nn.Sequential):
    def __init__(self, width: int, classes: int):
        super().__init__()
        self.bn = nn.BatchNorm1d(width)
        self.l = nn.Linear(width, classes)


class Classifier(nn.Module):
    def __init__(self, width: int, classes: int, heads: int):
        super().__init__()
        self.classifier = NormLinear(width, classes)
        self.classifier_dist = NormLinear(width, classes) if heads == 2 else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.classifier(x)
        return y if self.classifier_dist is None else (y + self.classifier_dist(x)) / 2


class Authors(nn.Module):
    """The authors' RepViT."""

    def __init__(self, rows: str, classes: int, heads: int, legacy: bool):
        super().__init__()
        words = [(int(width), flags) for width, flags in (word.split(":") for word in rows.split())]
        width = words[0][0]
        self.features = nn.ModuleList(
            [nn.Sequential(ConvNorm(3, width // 2, 3, 2), nn.GELU(), ConvNorm(width // 2, width, 3, 2))]
        )
        for i, (outputs, flags) in enumerate(words):
            for j, flag in enumerate(flags):
                stride = 2 if i > 0 and j == 0 else 1
                self.features.append(Row(width, outputs, flag == "s", stride, legacy))
                width = outputs
        self.classifier = Classifier(width, classes, heads)

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        for feature in self.features:
            x = feature(x)
        return x

    def forward_head(self, x: torch.Tensor, pre_logits: bool = False) -> torch.Tensor:
        x = x.mean((2, 3))
        return x if pre_logits else self.classifier(x)


def depthwise(x: torch.Tensor, conv: nn.Conv2d) -> torch.Tensor:
    """A depthwise convolution as its definition has it."""
    kernel, stride = conv.kernel_size[0], conv.stride[0]
    x = functional.pad(x, (kernel // 2,) * 4)
    height, width = ((side - kernel) // stride + 1 for side in x.shape[2:])
    y = 0
    for i in range(kernel):
        for j in range(kernel):
            rows = slice(i, i + stride * (height - 1) + 1, stride)
            columns = slice(j, j + stride * (width - 1) + 1, stride)
            y = y + x[:, :, rows, columns] * conv.weight[:, 0, i, j, None, None]
    return y if conv.bias is None else y + conv.bias[:, None, None]


def spell_depthwise_out(model: nn.Module) -> None:
    for conv in model.modules():
        if isinstance(conv, nn.Conv2d) and conv.groups > 1:
            conv.forward = partial(depthwise, conv=conv)


def take_depthwise_back(model: nn.Module) -> None:
    for conv in model.modules():
        vars(conv).pop("forward", None)


def network(case: Case) -> nn.Module:
    legacy = case.form == "LEGACY"
    if case.layout == "authors":
        model = Authors(AUTHORS[case.variant], case.classes, case.heads, legacy)
    else:
        widths, depths = TIMM[case.variant]
        model = RepVit(embed_dim=widths, depth=depths, num_classes=case.classes, distillation=case.heads == 2, legacy=legacy)
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            tensor.copy_(pseudo_random(name, tuple(tensor.shape)))
    return model.double().eval()


def pixels(path: Path, size: tuple[int, int]) -> np.ndarray:
    """As timm's evaluation transform does it, with the short side of TimmPreprocessing."""
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    image = resize(image, int(max(size) / 0.95), InterpolationMode.BICUBIC)
    return ((np.asarray(center_crop(image, size), np.float32) / 255 - MEAN) / STD).transpose(2, 0, 1)


def relative_change(before: torch.Tensor, after: torch.Tensor) -> float:
    return float((after - before).abs().max() / before.abs().max())


def answer(case: Case, photographs: Path) -> dict[str, torch.Tensor]:
    started = time.time()
    model = network(case)
    x = torch.from_numpy(np.stack([pixels(photographs / name, case.size) for name in PHOTOGRAPHS])).double()
    torchs_own = model.forward_head(model.forward_features(x[:1])) if case.variant == "repvit_m0_6" else None
    spell_depthwise_out(model)
    features = model.forward_features(x)
    logits, embedding = model.forward_head(features), model.forward_head(features, pre_logits=True)
    deviation = float(features.std())
    apart = [min(relative_change(y[i], y[j]) for i in range(4) for j in range(i)) for y in (logits, embedding)]
    take_depthwise_back(model)
    model, one = model.float(), x[:1].float()
    single = model.forward_features(x.float())
    rounding = [
        relative_change(logits, model.forward_head(single)),
        relative_change(embedding, model.forward_head(single, pre_logits=True)),
    ]
    felt = min(relative_change(logits[:1], perturbed(model, name, one)) for name in sampled(model.state_dict()))
    print(f"{case!s:45} last activations {deviation:9.3g}, largest logit {float(logits.abs().max()):9.3g}, "
          f"images apart by {apart[0]:.3f} and {apart[1]:.3f}, a tenth of a tensor felt by {felt:.1e}, "
          f"float32 off by {rounding[0]:.1e} and {rounding[1]:.1e}, "
          f"{time.time() - started:.0f} s", flush=True)
    assert torchs_own is None or relative_change(torchs_own, logits[:1]) < 1e-12
    assert 0.05 < deviation < 100, deviation
    assert min(apart) > 0.005, apart
    assert felt > 2e-5, felt  # twice what the comparison tolerates
    return {f"{case}/logits": logits.float(), f"{case}/embedding": embedding.float()}


def sampled(state: dict[str, torch.Tensor]) -> list[str]:
    """Every 97th tensor: kinds alternate with shorter periods, so all come up."""
    return [name for name, tensor in state.items() if tensor.is_floating_point()][30::97]


def perturbed(model: nn.Module, name: str, x: torch.Tensor) -> torch.Tensor:
    """The logits when one tensor is a tenth larger."""
    tensor = model.state_dict()[name]
    before = tensor.clone()
    tensor.mul_(1.1)
    logits = model.forward_head(model.forward_features(x))
    tensor.copy_(before)
    return logits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    golden = {}
    with torch.inference_mode():
        for case in CASES:
            golden.update(answer(case, args.photographs))
    save_file(golden, args.folder / "variants.safetensors")


if __name__ == "__main__":
    main()
