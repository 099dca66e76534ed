"""Writes what timm's MobileNetV3-L computes: the oracle of the design path's first step.

Weights and pixels are pseudo-random functions of their names and indices, so only outputs are stored.
Activations are GELU, and squeeze-excite's gate is a sigmoid, as `DesignStep.MOBILE_NET_V3` says.

    pip install -r requirements.txt
    python golden_mobilenet.py ../resources/model
"""

import argparse
import re
from pathlib import Path

import timm
import torch
from pseudo_random import pseudo_random
from safetensors.torch import save_file
from timm.models._efficientnet_blocks import SqueezeExcite
from torch import nn

BATCH, SIDE = 4, 224
PIXEL_SCALE = 20
STAGES = {1: "stages.0", 2: "stages.1", 3: "stages.2", 4: "stages.2", 5: "stages.3"}
LAYERS = {
    "conv_pw": "expand.c",
    "bn1": "expand.bn",
    "conv_dw": "depthwise.c",
    "bn2": "depthwise.bn",
    "se.conv_reduce": "se.fc1",
    "se.conv_expand": "se.fc2",
    "conv_pwl": "project.c",
    "bn3": "project.bn",
}
PLAIN = {
    "conv_stem": "stem.conv1.c",
    "bn1": "stem.conv1.bn",
    "blocks.0.0.conv_dw": "stem.separable.depthwise.c",
    "blocks.0.0.bn1": "stem.separable.depthwise.bn",
    "blocks.0.0.conv_pw": "stem.separable.project.c",
    "blocks.0.0.bn2": "stem.separable.project.bn",
    "blocks.6.0.conv": "head.conv.c",
    "blocks.6.0.bn1": "head.conv.bn",
    "conv_head": "head.expand",
    "classifier": "head.classifier",
}


def our_name(layer: str) -> str:
    """What DesignNetwork calls a layer of timm's."""
    if layer in PLAIN:
        return PLAIN[layer]
    group, block, rest = re.fullmatch(r"blocks\.(\d)\.(\d)\.(.*)", layer).groups()
    # timm counts the blocks of 112 channels as a group of their own.
    index = int(block) + 3 if group == "4" else int(block) - 1
    place = "downsample" if index < 0 else f"blocks.{index}"
    return f"{STAGES[int(group)]}.{place}.{LAYERS[rest]}"


def mobilenet() -> nn.Module:
    model = timm.create_model("mobilenetv3_large_100", act_layer="gelu").eval()
    for module in model.modules():
        if isinstance(module, SqueezeExcite):
            module.gate = nn.Sigmoid()
        elif isinstance(getattr(module, "act", None), nn.ReLU):
            module.act = nn.GELU()
    state = {}
    for name, tensor in model.state_dict().items():
        layer, _, part = name.rpartition(".")
        known = part == "num_batches_tracked"
        state[name] = tensor if known else pseudo_random(f"{our_name(layer)}.{part}", tuple(tensor.shape))
    model.load_state_dict(state)
    return model.double()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    model = mobilenet()
    pixels = PIXEL_SCALE * pseudo_random("pixels", (BATCH, 3, SIDE, SIDE))
    with torch.inference_mode():
        features = model.forward_features(pixels.double())
        expected = {
            "logits": model.forward_head(features).float(),
            "embedding": features.mean((2, 3)).float(),
        }
    save_file(expected, folder / "mobilenetv3_large_golden.safetensors")
    for name, value in expected.items():
        print(name, tuple(value.shape), f"max {value.abs().max():.4f}, between images {value.std(0).mean():.5f}")


if __name__ == "__main__":
    main()
