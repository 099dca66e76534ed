"""Weights as a function of name and index, in numpy: what the class PseudoRandomWeights documents."""

import numpy as np
import torch


def splitmix64(x: np.ndarray) -> np.ndarray:
    """One step from each state; uint64 wraps."""
    z = x + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def fnv1a64(text: str) -> int:
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


def pseudo_random(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """What the class PseudoRandomWeights documents, in numpy."""
    index = np.arange(np.prod(shape), dtype=np.uint64)
    u = (splitmix64(np.uint64(fnv1a64(name)) ^ index) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    if name.endswith(".running_var"):
        low, high = 0.5, 1.5
    elif name.endswith(("token_mixer.bn.weight", "token_mixer.0.bn.weight")):
        low, high = 0.5, 1.0
    elif name.endswith(("expand.bn.weight", "depthwise.bn.weight", "project.bn.weight")):
        low, high = 1.0, 1.5
    elif name.endswith("bn.weight"):
        low, high = 0.3, 0.8
    elif name.endswith("fc2.bias"):
        low, high = 0.0, 2.0
    elif name.endswith(".weight"):
        high = np.sqrt(3.0 / np.prod(shape[1:]))
        low = -high
    else:
        low, high = -0.1, 0.1
    return torch.from_numpy((low + (high - low) * u).astype(np.float32).reshape(shape))
