"""Writes what PyTorch computes for the design path's networks between MobileNetV3-L and RepViT-M0.9.

They were never released, so this is a second statement of the same reconstructions (docs/design-path.md): each step is
a table of its own, in PyTorch, where `DesignStep` changes the step before. It shares names of weights with the Java
code, and nothing else. Weights and pixels are pseudo-random functions of their names and indices, so only outputs are
stored. Computed in float64, in training form.

    pip install -r requirements.txt
    python golden_design_path.py ../resources/model
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from pseudo_random import pseudo_random
from safetensors.torch import save_file
from torch import nn

BATCH, SIDE, CLASSES = 2, 96, 20
PIXEL_SCALE = 20

# kernel, expansion, width, squeeze-excite; the first line of a stage halves the resolution
MOBILE_NET = [
    [(3, 4, 24, 0), (3, 3, 24, 0)],
    [(5, 3, 40, 1), (5, 3, 40, 1), (5, 3, 40, 1)],
    [(3, 6, 80, 0), (3, 2.5, 80, 0), (3, 2.3, 80, 0), (3, 2.3, 80, 0), (3, 6, 112, 1), (3, 6, 112, 1)],
    [(5, 6, 160, 1), (5, 6, 160, 1), (5, 6, 160, 1)],
]
HALF = [
    [(3, 2, 24, 0), (3, 2, 24, 0)],
    [(5, 2, 40, 1), (5, 2, 40, 1), (5, 2, 40, 1)],
    [(3, 2, 80, 0), (3, 2, 80, 0), (3, 2, 80, 0), (3, 2, 80, 0), (3, 2, 112, 1), (3, 2, 112, 1)],
    [(5, 2, 160, 1), (5, 2, 160, 1), (5, 2, 160, 1)],
]
WIDE = [
    [(3, 2, 48, 0), (3, 2, 48, 0)],
    [(5, 2, 96, 1), (5, 2, 96, 1), (5, 2, 96, 1)],
    [(3, 2, 192, 0), (3, 2, 192, 0), (3, 2, 192, 0), (3, 2, 192, 0), (3, 2, 192, 1), (3, 2, 192, 1)],
    [(5, 2, 384, 1), (5, 2, 384, 1), (5, 2, 384, 1)],
]
DEEP = [
    [(3, 2, 48, 0)] + 2 * [(3, 2, 48, 0)],
    [(5, 2, 96, 1)] + 2 * [(5, 2, 96, 1)],
    [(3, 2, 192, 0)] + 9 * [(3, 2, 192, 0)] + 5 * [(3, 2, 192, 1)],
    [(5, 2, 384, 1)] + 2 * [(5, 2, 384, 1)],
]
SMALL_KERNELS = [[(3, *line[1:]) for line in stage] for stage in DEEP]
# What the scales of norms are multiplied by: what an image changes fades on its way through blocks without residual,
# and grows where there are many with one.
GAINS = {"6": 1.0, "7": 1.0}
GAIN = 1.5
# step: table, early convolutions, deeper downsampling, simple classifier
STEPS = {
    "1": (MOBILE_NET, False, False, False),
    "2a": (HALF, False, False, False),
    "2b": (WIDE, False, False, False),
    "3": (WIDE, True, False, False),
    "4": (WIDE, True, True, False),
    "5": (WIDE, True, True, True),
    "6": (DEEP, True, True, True),
    "7": (SMALL_KERNELS, True, True, True),
}


class ConvNorm(nn.Module):
    def __init__(self, into, out, kernel=1, stride=1, groups=1):
        super().__init__()
        self.c = nn.Conv2d(into, out, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(out)

    def forward(self, x):
        return self.bn(self.c(x))


class Mixer(nn.Module):
    """Reparameterised where nothing is halved."""

    def __init__(self, channels, kernel, stride):
        super().__init__()
        self.conv = ConvNorm(channels, channels, kernel, stride, groups=channels)
        if stride == 1:
            self.conv1 = nn.Conv2d(channels, channels, 1, groups=channels)
            self.bn = nn.BatchNorm2d(channels)
        self.branches = stride == 1

    def forward(self, x):
        return self.bn(self.conv(x) + self.conv1(x) + x) if self.branches else self.conv(x)


class Gate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        reduced = max(8, int(channels / 32 + 0.5) * 8)
        self.fc1, self.fc2 = nn.Conv2d(channels, reduced, 1), nn.Conv2d(reduced, channels, 1)

    def forward(self, x):
        return x * self.fc2(self.fc1(x.mean((2, 3), keepdim=True)).relu()).sigmoid()


class Mlp(nn.Module):
    def __init__(self, into, hidden, out):
        super().__init__()
        self.conv1, self.conv2 = ConvNorm(into, hidden), ConvNorm(hidden, out)

    def forward(self, x):
        return self.conv2(F.gelu(self.conv1(x)))


class Block(nn.Module):
    def __init__(self, into, line, stride=1):
        super().__init__()
        kernel, expansion, out, gated = line
        self.token_mixer = Mixer(into, kernel, stride)
        self.se = Gate(into) if gated else nn.Identity()
        self.channel_mixer = Mlp(into, round(into * expansion / 8) * 8, out)
        self.residual = stride == 1 and into == out

    def forward(self, x):
        x = self.se(self.token_mixer(x))
        y = self.channel_mixer(x)
        return x + y if self.residual else y


class Deeper(nn.Module):
    def __init__(self, into, before, line):
        super().__init__()
        kernel, _, out, _ = line
        self.pre_block = Block(into, (before, 2, into, 0))
        self.spatial_downsample = ConvNorm(into, into, kernel, 2, groups=into)
        self.channel_downsample = ConvNorm(into, out)
        self.ffn = Mlp(out, 2 * out, out)

    def forward(self, x):
        x = self.channel_downsample(self.spatial_downsample(self.pre_block(x)))
        return x + self.ffn(x)


class Separable(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.depthwise = ConvNorm(channels, channels, 3, groups=channels)
        self.project = ConvNorm(channels, channels)

    def forward(self, x):
        return x + self.project(F.gelu(self.depthwise(x)))


class Network(nn.Module):
    def __init__(self, table, early, deeper, simple):
        super().__init__()
        width = table[0][0][2] if early else 16
        self.stem = nn.ModuleDict({"conv1": ConvNorm(3, width // 2 if early else width, 3, 2)})
        self.stem["conv2" if early else "separable"] = ConvNorm(width // 2, width, 3, 2) if early else Separable(width)
        self.stages = nn.ModuleList()
        for i, (entry, *blocks) in enumerate(table):
            stage = nn.ModuleDict()
            if i > 0 or not early:
                into = width
                plain = i == 0 or not deeper
                stage["downsample"] = Block(into, entry, 2) if plain else Deeper(into, table[i - 1][0][0], entry)
            width = entry[2]
            stage["blocks"] = nn.ModuleList()
            for line in blocks:
                stage["blocks"].append(Block(width, line))
                width = line[2]
            self.stages.append(stage)
        self.head = nn.ModuleDict()
        if simple:
            self.head["head"] = nn.ModuleDict({"bn": nn.BatchNorm1d(width), "l": nn.Linear(width, CLASSES)})
        else:
            self.head["conv"] = ConvNorm(width, 960)
            self.head["expand"] = nn.Linear(960, 1280)
            self.head["classifier"] = nn.Linear(1280, CLASSES)

    def forward(self, x):
        x = F.gelu(self.stem["conv1"](x))
        x = self.stem["conv2"](x) if "conv2" in self.stem else self.stem["separable"](x)
        for stage in self.stages:
            x = stage["downsample"](x) if "downsample" in stage else x
            for block in stage["blocks"]:
                x = block(x)
        if "conv" in self.head:
            x = F.gelu(self.head["conv"](x))
        embedding = x.mean((2, 3))
        if "head" in self.head:
            return self.head["head"]["l"](self.head["head"]["bn"](embedding)), embedding
        return self.head["classifier"](F.gelu(self.head["expand"](embedding))), embedding


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    pixels = PIXEL_SCALE * pseudo_random("pixels", (BATCH, 3, SIDE, SIDE))
    expected = {}
    for step, table in STEPS.items():
        model = Network(*table).eval()
        gain = GAINS.get(step, GAIN)
        state = model.state_dict()
        for name, tensor in state.items():
            if not name.endswith("num_batches_tracked"):
                values = pseudo_random(name, tuple(tensor.shape))
                scaled = name.endswith("bn.weight") and not name.endswith("token_mixer.bn.weight")
                state[name] = gain * values if scaled else values
        model.load_state_dict(state)
        with torch.inference_mode():
            logits, embedding = model.double()(pixels.double())
        expected |= {f"{step}/logits": logits.float(), f"{step}/embedding": embedding.float()}
        expected[f"{step}/gain"] = torch.tensor([gain])
        spread = (logits[0] - logits[1]).abs().max()
        print(f"{step:2s} largest logit {logits.abs().max():.3f}, between images {spread:.3f}")
        # Otherwise a test would show nothing.
        assert spread > 0.01 * logits.abs().max()
    save_file(expected, folder / "design_path_golden.safetensors")


if __name__ == "__main__":
    main()
