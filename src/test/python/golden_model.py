"""Writes the golden networks of the export tests: small RepViTs of timm with their outputs.

Two checkpoints hold every kind of block: with and without squeeze-excite, downsampling, both trained
forms of the token mixer, one and two heads. Batch-norm statistics are far from the identity. The
expected outputs are computed in float64 and stored in float32. A third file has values of
pseudo-random tensors, computed here a second time with numpy.

    pip install -r requirements.txt
    python golden_model.py ../resources/model
"""

import argparse
from pathlib import Path

import torch
from pseudo_random import pseudo_random
from safetensors.torch import save_file
from timm.models.repvit import RepVit
from torch import nn

SIZE = 32
BATCH = 4
CLASSES = 5
NETWORKS = {
    "current_two_heads": dict(embed_dim=(8, 16, 40), depth=(2, 1, 3), legacy=False, distillation=True),
    "legacy_one_head": dict(embed_dim=(16, 24), depth=(1, 2), legacy=True, distillation=False),
}
PSEUDO_RANDOM = {
    "stem.conv1.c.weight": (24, 3, 3, 3),
    "stem.conv1.bn.weight": (24,),
    "stem.conv1.bn.bias": (24,),
    "stem.conv1.bn.running_mean": (24,),
    "stem.conv1.bn.running_var": (24,),
    "stages.0.blocks.0.token_mixer.bn.weight": (48,),
    "stages.0.blocks.0.se.fc2.bias": (48,),
    "features.1.token_mixer.0.bn.weight": (48,),
    "head.head.l.weight": (10, 384),
    "head.head.l.bias": (10,),
}


def randomise(model: nn.Module, generator: torch.Generator) -> None:
    """Weights and statistics such that no norm and no branch is close to doing nothing."""

    def uniform(t: torch.Tensor, low: float, high: float) -> None:
        t.data = torch.rand(t.shape, generator=generator) * (high - low) + low

    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            uniform(module.running_mean, -0.5, 0.5)
            uniform(module.running_var, 0.3, 2.0)
            uniform(module.weight, 0.4, 1.6)
            uniform(module.bias, -0.5, 0.5)
            module.num_batches_tracked.fill_(12345)
        elif isinstance(module, (nn.Conv2d, nn.Linear)):
            bound = (3 / module.weight[0].numel()) ** 0.5
            uniform(module.weight, -bound, bound)
            if module.bias is not None:
                uniform(module.bias, -0.5, 0.5)


def write_network(folder: Path, name: str, config: dict, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    model = RepVit(img_size=SIZE, num_classes=CLASSES, **config).eval()
    randomise(model, generator)
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, folder / f"{name}.safetensors")
    pixels = torch.randn(BATCH, 3, SIZE, SIZE, generator=generator)
    model = model.double()
    with torch.inference_mode():
        features = model.forward_features(pixels.double())
        expected = {
            "pixels": pixels,
            "logits": model.forward_head(features).float(),
            "embedding": model.forward_head(features, pre_logits=True).float(),
        }
    save_file(expected, folder / f"{name}_golden.safetensors")
    print(name, {k: (tuple(v.shape), float(v.abs().max())) for k, v in expected.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (name, config) in enumerate(NETWORKS.items()):
        write_network(folder, name, config, seed)
    save_file({k: pseudo_random(k, s) for k, s in PSEUDO_RANDOM.items()}, folder / "pseudo_random.safetensors")


if __name__ == "__main__":
    main()
