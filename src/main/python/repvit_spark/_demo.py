from typing import NamedTuple

from repvit_spark._files import local


class Demo(NamedTuple):
    """Paths of the demonstration data on this machine."""

    images: str
    """Folder with images of Fashion-MNIST in a folder per class."""

    model: str
    """RepViT-M0.6, trained on Fashion-MNIST."""


def demo() -> Demo:
    """The images and the model that are in the wheel.

    The paths are those of the machine where Python runs. On a cluster, copy both to a file system that the executors
    read.

    >>> import os
    >>> sorted(os.listdir(demo().images))[:3]
    ['ankle_boot', 'bag', 'coat']
    >>> os.path.basename(demo().model)
    'repvit_m0_6_fashion_mnist.onnx'
    """
    return Demo(
        images=str(local("demo", "images")),
        model=str(local("demo", "model") / "repvit_m0_6_fashion_mnist.onnx"),
    )
