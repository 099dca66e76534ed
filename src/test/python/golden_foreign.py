"""Writes the models of other programs that the tests inspect and run: small networks, most of them timm's, as
both exporters of torch write them, and what PyTorch says of the demonstration photographs.

    pip install -r requirements.txt
    python golden_foreign.py ../../demo/photographs ../resources/foreign

    *.onnx                 models with random weights
    *.card.conf            the card of each model that is run
    expected.safetensors   NAME.logits and NAME.embedding, float32 [images, ...], by file name of the photographs,
                           computed in float64 from pixels of Pillow and torchvision, as timm's transform is
    inspect.tsv            file, parameters, multiply-accumulates, norms, groups of parallel branches, training-only
                           nodes: the first two counted by torch on the network after torch.fx folded its norms,
                           -1 where it is not one that torch counts, or behind a transposition; the others known
                           from its definition
"""

import argparse
import logging
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from golden_model import randomise
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_static
from PIL import Image, ImageOps
from safetensors.torch import save_file
from timm.data import create_transform
from timm.layers import BatchNormAct2d
from timm.models._efficientnet_builder import decode_arch_def, round_channels
from timm.models.mobilenetv3 import MobileNetV3
from timm.models.repvit import RepVit
from timm.models.resnet import BasicBlock, ResNet
from timm.models.vision_transformer import VisionTransformer
from torch import nn
from torch.fx.experimental.optimization import fuse
from torch.utils.flop_counter import FlopCounterMode

LABELS = ["cat", "clock", "cup", "cloud", "crane, the bird"]
IMAGENET = dict(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
HALF = dict(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))


def repvit(legacy=False):
    return RepVit(img_size=64, num_classes=5, embed_dim=(8, 16), depth=(1, 2), legacy=legacy, distillation=True)


def mobilenet():
    arch = [["ds_r1_k3_s2_e1_c16_se0.25_nre"], ["ir_r1_k3_s2_e4.5_c24_nre", "ir_r1_k3_s1_e3.67_c24_nre"],
            ["ir_r1_k5_s2_e4_c40_se0.25"], ["cn_r1_k1_s1_c96"]]
    return MobileNetV3(decode_arch_def(arch), num_classes=5, num_features=48, stem_size=8, act_layer=nn.Hardswish,
                       round_chs_fn=lambda c: round_channels(c, 0.35))


def resnet(channels=(8, 8, 16, 16)):
    return ResNet(BasicBlock, (1, 1, 1, 1), num_classes=5, channels=channels, stem_width=8)


def small_resnet():
    """For the files that are refused or only inspected."""
    return resnet((4, 4, 8, 8))


def vision_transformer():
    torch.manual_seed(0)  # for what has no norm, which randomise leaves alone
    return VisionTransformer(img_size=32, patch_size=8, num_classes=5, embed_dim=16, depth=1, num_heads=2)


class Head(nn.Module):
    """Leftovers of every kind, and forks that are none: inception, attention's neighbour, a linear shortcut."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.left, self.right = nn.Conv2d(8, 4, 1), nn.Conv2d(8, 4, 3, 1, 1)
        self.gate = nn.Conv2d(8, 8, 1)
        self.norm = nn.BatchNorm2d(8)
        self.drop = nn.Dropout(0.2)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = self.stem(x).relu()
        x = torch.cat([self.left(x), self.right(x)], 1).relu()  # one value, two maps, but no sum
        x = x * self.gate(x).sigmoid() + self.norm(x.relu())  # one value, two ways, neither linear
        return self.fc(self.drop(x.mean((2, 3))))


class FromBytes(nn.Module):
    """Takes uint8, as servers like to."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return self.model(x.float() / 255)


class ChannelsLast(FromBytes):
    """Takes [N,height,width,3], as TensorFlow's models do."""

    def forward(self, x):
        return self.model(x.permute(0, 3, 1, 2))


def built(make, seed, gain=1.0):
    """With a larger gain narrow networks keep images apart, too."""
    model = make().eval()
    randomise(model, torch.Generator().manual_seed(seed))
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            module.weight.data *= gain
    return model


def export(path, model, size, dynamo, dtype=torch.float32, batch="batch", nhwc=False, **options):
    """With an open batch axis of that name; of two images where it is None."""
    pixels = torch.zeros((2, size, size, 3) if nhwc else (2, 3, size, size), dtype=dtype)
    names = dict(input_names=["input"], output_names=["output"])
    if dynamo:
        shapes = ({0: torch.export.Dim(batch)},) if batch else None
        torch.onnx.export(model, (pixels,), path, dynamo=True, dynamic_shapes=shapes, verbose=False,
                          **{"external_data": False, **names, **options})
    else:
        axes = {"input": {0: batch}, "output": {0: batch}} if batch else None
        torch.onnx.export(model, (pixels,), path, dynamo=False, dynamic_axes=axes, **{**names, **options})


def features(path):
    """What the last Gemm reads, before its norm."""
    graph = onnx.load(path).graph
    makers = {o: n for n in graph.node for o in n.output}
    gemm = [n for n in graph.node if n.op_type == "Gemm"][-1]
    name = gemm.input[0]
    while name in makers and makers[name].op_type == "BatchNormalization":
        name = makers[name].input[0]
    return name


def card(path, family, size, short, filter_name, statistics, width, logits="output"):
    labels = ", ".join(f'"{label}"' for label in LABELS)
    path.with_suffix(".card.conf").write_text(f"""\
# Written by golden_foreign.py.
architecture = {family}
variant = {path.stem}
task = image-classification
input {{ name = input, height = {size}, width = {size}, layout = "NCHW,RGB" }}
resize {{ short = {short}, interpolation = {filter_name} }}
mean = {list(statistics["mean"])}
std = {list(statistics["std"])}
labels = [{labels}]
logits.name = "{logits}"
embedding {{ name = "{features(path)}", width = {width} }}
""")


def work(model, size):
    """Parameters and multiply-accumulates with the norms folded, by torch. It leaves timm's norms with an activation,
    whose factors go into the convolution before them."""
    folded = fuse(model.eval())
    factors = sum(m.weight.numel() for m in model.modules() if isinstance(m, BatchNormAct2d))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        folded(torch.zeros(1, 3, size, size))
    return sum(p.numel() for p in folded.parameters()) - factors, counter.get_total_flops() // 2


class Calibration(CalibrationDataReader):
    def __init__(self, pixels):
        self.batches = iter([{"input": pixels.numpy()}])

    def get_next(self):
        return next(self.batches, None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    out = arguments.folder
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    photographs = sorted(p for p in arguments.photographs.iterdir() if p.suffix != ".md")
    images = [ImageOps.exif_transpose(Image.open(p)).convert("RGB") for p in photographs]
    expected, rows = {}, []

    def pixels(size, short, filter_name, statistics):
        transform = create_transform(input_size=(3, size, size), interpolation=filter_name, crop_pct=size / short,
                                     is_training=False, **statistics)
        return torch.stack([transform(image) for image in images])

    def row(path, counts, norms, branches, training):
        rows.append((path.name, *counts, norms, branches, training))

    def run(name, family, model, size, short, filter_name, statistics, dynamo, left):
        path = out / f"{name}.onnx"
        export(path, model, size, dynamo)
        double = model.double()
        with torch.inference_mode():
            x = pixels(size, short, filter_name, statistics)
            maps = double.forward_features(x.double())
            expected[f"{name}.logits"] = double.forward_head(maps).float()
            expected[f"{name}.embedding"] = double.forward_head(maps, pre_logits=True).float()
        model.float()
        card(path, family, size, short, filter_name, statistics, expected[f"{name}.embedding"].shape[1])
        row(path, work(model, size), *left)
        return x

    for dynamo, exporter in ((False, "torchscript"), (True, "dynamo")):
        # One outer norm and one group of branches per token mixer, of which there are two in the blocks of each
        # stage and one in the downsampler; two heads with a norm each, added. The legacy form has no outer norm.
        run(f"repvit_{exporter}", "repvit", built(repvit, 1), 64, 72, "bicubic", IMAGENET, dynamo,
            (4 + 2, 4 + 1, 0))
        fused = built(repvit, 1)
        fused.fuse()
        run(f"repvit_fused_{exporter}", "repvit", fused, 64, 72, "bicubic", IMAGENET, dynamo, (0, 0, 0))
    run("repvit_legacy", "repvit", built(lambda: repvit(legacy=True), 2), 64, 72, "bicubic", IMAGENET, False,
        (2, 4 + 1, 0))
    run("mobilenetv3", "mobilenetv3", built(mobilenet, 3, 1.6), 64, 73, "bilinear", HALF, True, (0, 0, 0))
    x = run("resnet", "resnet", built(resnet, 4), 64, 67, "bilinear", IMAGENET, False, (0, 0, 0))

    path = out / "resnet_int8.onnx"
    quantize_static(out / "resnet.onnx", path, Calibration(x), quant_format=QuantFormat.QDQ, per_channel=True)
    row(path, work(built(resnet, 4), 64), 0, 0, 0)
    small = built(small_resnet, 5)
    counts = work(small, 64)
    path = out / "resnet_softmax.onnx"
    export(path, nn.Sequential(small, nn.Softmax(1)), 64, False, opset_version=13)
    card(path, "resnet", 64, 67, "bilinear", IMAGENET, 8)
    row(path, counts, 0, 0, 0)
    path = out / "resnet_batch_2.onnx"
    export(path, small, 64, False, batch=None)
    card(path, "resnet", 64, 67, "bilinear", IMAGENET, 8)
    row(path, counts, 0, 0, 0)
    for name, wrapper, pixels_of in (("uint8", FromBytes, torch.uint8), ("nhwc", ChannelsLast, torch.float32)):
        path = out / f"resnet_{name}.onnx"
        export(path, wrapper(small), 64, False, dtype=pixels_of, nhwc=name == "nhwc")
        card(path, "resnet", 64, 67, "bilinear", IMAGENET, 8)
        row(path, counts, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        external = Path(folder) / "resnet_external.onnx"
        export(external, small, 64, True, external_data=True)
        shutil.copy(external, out / external.name)
    path = out / "resnet_fp16.onnx"
    export(path, small.half(), 64, False, dtype=torch.float16)
    card(path, "resnet", 64, 67, "bilinear", IMAGENET, 8)
    row(path, counts, 0, 0, 0)
    path = out / "vit.onnx"
    vit = built(vision_transformer, 7)
    export(path, vit, 32, False)
    row(path, (sum(p.numel() for p in vit.parameters()), -1), 0, 0, 0)
    path = out / "left_over.onnx"
    export(path, built(Head, 6).train(), 32, False, training=torch.onnx.TrainingMode.TRAINING, do_constant_folding=False)
    row(path, (sum(p.numel() for p in Head().parameters()), -1), 1, 0, 2)

    save_file({k: v.contiguous() for k, v in expected.items()}, out / "expected.safetensors")
    (out / "inspect.tsv").write_text("".join("\t".join(str(v) for v in r) + "\n" for r in rows))
    total = sum(p.stat().st_size for p in out.iterdir())
    spread = {k: float(np.ptp(v.numpy(), axis=0).max()) for k, v in expected.items()}
    print(f"{total} bytes", spread)


if __name__ == "__main__":
    main()
