"""Writes small files of every kind that torch.save writes, and the tensors that they hold.

The expected values of all of them stand in one safetensors file, as float32, named FILE:TENSOR or
FILE[PART]:TENSOR. The file big_endian.pth is what a big-endian machine writes: the same zip with the
bytes of every element turned round.

    pip install -r requirements.txt
    python golden_checkpoints.py ../resources/checkpoint
"""

import argparse
import zipfile
from collections import OrderedDict
from pathlib import Path, PurePosixPath

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn


def network(generator: torch.Generator) -> nn.Module:
    """Convolution, norm with its counter, linear layer: every kind of tensor that RepViT has."""
    model = nn.Sequential(OrderedDict(c=nn.Conv2d(3, 4, 3, bias=False), bn=nn.BatchNorm2d(4), l=nn.Linear(4, 2)))
    for tensor in model.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(torch.randn(tensor.shape, generator=generator))
        else:
            tensor.fill_(12345)
    return model


def training(generator: torch.Generator) -> dict:
    """What RepViT's main.py saves after an epoch, with an optimiser that has taken a step."""
    model = network(generator)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    sum(p.square().sum() for p in model.parameters()).backward()
    optimizer.step()
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [1, 2])
    scaler = {"scale": 65536.0, "growth_factor": 2.0, "_growth_tracker": 17}
    args = argparse.Namespace(model="repvit_m0_9", lr=1e-3, opt_betas=None, eval=False, seed=2**40, clip_grad=0.02)
    args.best = np.float64(78.7)
    args.output_dir = PurePosixPath("checkpoints")
    args.milestones = {1, 2}
    return {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "lr_scheduler": scheduler.state_dict(),
        "epoch": 299,
        "model_ema": network(generator).state_dict(),
        "scaler": scaler,
        "args": args,
    }


def timm_training(generator: torch.Generator) -> dict:
    """As timm's CheckpointSaver, from several devices."""
    state = {f"module.{k}": v for k, v in network(generator).state_dict().items()}
    return {
        "epoch": 9,
        "arch": "repvit_m0_9",
        "state_dict": state,
        "version": 2,
        "args": argparse.Namespace(mean=[0.5, 0.5, 0.5], gp=None),
        "state_dict_ema": {k: v + 1 for k, v in state.items()},
        "metric": np.float32(77.5),
    }


def strided(generator: torch.Generator) -> dict:
    """Views: transposed, cut out, repeated, channels last, and three tensors in one storage."""
    base = torch.randn(6, 8, generator=generator)
    return {
        "transposed": base.t(),
        "cut": base[1:5:2, 2:7],
        "repeated": base[0, :3].expand(4, 3),
        "scalar": base[2, 3],
        "whole": base,
        "channels_last": torch.randn(2, 3, 4, 5, generator=generator).to(memory_format=torch.channels_last),
        "one": torch.randn(1, 1, generator=generator),
    }


def to(state: dict, dtype: torch.dtype) -> dict:
    return {k: v.to(dtype) if v.is_floating_point() else v for k, v in state.items()}


def big_endian(source: Path, target: Path, bytes_per_element: dict[int, int]) -> None:
    """Turns round every storage of a file; the elements of data/I have bytes_per_element[I] bytes."""
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(target, "w") as write:
        for name in read.namelist():
            data = read.read(name)
            folder, _, rest = name.partition("/")
            if rest == "byteorder":
                data = b"big"
            elif rest.startswith("data/"):
                size = bytes_per_element[int(rest.removeprefix("data/"))]
                data = np.frombuffer(data, np.uint8).reshape(-1, size)[:, ::-1].tobytes()
            write.writestr(zipfile.ZipInfo(f"big_endian/{rest}", (1980, 1, 1, 0, 0, 0)), data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(3)
    plain = network(generator).state_dict()
    authors, timm, views = training(generator), timm_training(generator), strided(generator)
    doubles = to(network(generator).state_dict(), torch.float64)
    files = {
        "plain.bin": plain,
        "half.pth": to(plain, torch.float16),
        "bfloat16.pth": to(plain, torch.bfloat16),
        "double.pth": doubles,
        "authors.pth": authors,
        "timm.pth.tar": timm,
        "strided.pt": views,
        "parameters.pth": OrderedDict(network(generator).named_parameters()),
    }
    for name, content in files.items():
        torch.save(content, folder / name)
    torch.save(authors, folder / "protocol_4.pth", pickle_protocol=4)
    torch.save(authors, folder / "protocol_5.pth", pickle_protocol=5)
    torch.save(plain, folder / "before_1_6.pth", _use_new_zipfile_serialization=False)
    sizes = {i: v.element_size() for i, v in enumerate(plain.values())}
    big_endian(folder / "plain.bin", folder / "big_endian.pth", sizes)

    states = {name: content for name, content in files.items() if name not in ("authors.pth", "timm.pth.tar")}
    states["big_endian.pth"] = plain
    for name in ("authors.pth", "protocol_4.pth", "protocol_5.pth"):
        states[f"{name}['model']"] = authors["model"]
        states[f"{name}['model_ema']"] = authors["model_ema"]
    for part in ("state_dict", "state_dict_ema"):
        states[f"timm.pth.tar['{part}']"] = {k.removeprefix("module."): v for k, v in timm[part].items()}
    expected = {f"{n}:{k}": v.detach().float().clone(memory_format=torch.contiguous_format) for n, s in states.items() for k, v in s.items()}
    save_file(expected, folder / "expected.safetensors")
    for path in sorted(folder.iterdir()):
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
