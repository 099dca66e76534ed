"""Quantises an exported model to int8 and says what that costs in accuracy and gains in speed.

    pip install -r requirements.txt
    apt-get install dataset-fashion-mnist
    python quantise_demo_model.py --model ../../demo/model/repvit_m0_6_fashion_mnist.onnx --output int8.onnx

Static QDQ of ONNX Runtime: activations uint8, weights int8 per output channel, convolutions and the linear map.
Weights have 7 bits where the processor lacks VNNI, because the products of two 8-bit pairs overflow int16 there.
Ranges come from training images. All calibrations are tried; the file written is of the most accurate one.
Accuracy is of the 10,000 test images on pixels by Pillow, in ONNX Runtime for both models. The card is copied, so
that `repvit classify` and `repvit bench session --other` run the file.
"""

import argparse
import gzip
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image

MEAN = np.array([0.485, 0.456, 0.406], np.float32)
STD = np.array([0.229, 0.224, 0.225], np.float32)
BATCH = 4
ROUNDS = 200


def pixels(images: np.ndarray, side: int) -> np.ndarray:
    """float32 [N,3,side,side] of uint8 [N,28,28], as `classify` makes them."""
    out = np.empty((len(images), 3, side, side), np.float32)
    for i, image in enumerate(images):
        rgb = Image.fromarray(image).convert("RGB").resize((side, side), Image.Resampling.BICUBIC)
        out[i] = ((np.asarray(rgb, np.float32) / 255 - MEAN) / STD).transpose(2, 0, 1)
    return out


def split(folder: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    images = gzip.decompress((folder / f"{name}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / f"{name}-labels-idx1-ubyte.gz").read_bytes())
    return np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28), np.frombuffer(labels, np.uint8, offset=8)


class Images(CalibrationDataReader):
    def __init__(self, batches: list[np.ndarray]):
        self.batches = iter(batches)

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {"pixels": batch}


def session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def logits(path: Path, images: np.ndarray) -> np.ndarray:
    run = session(path)
    return np.concatenate([run.run(["logits"], {"pixels": images[i : i + 100]})[0] for i in range(0, len(images), 100)])


def speed(paths: list[Path], images: np.ndarray) -> list[float]:
    """Median milliseconds of thread CPU time per image, rounds alternating."""
    sessions = [session(p) for p in paths]
    times = [[] for _ in paths]
    for r in range(ROUNDS):
        for i in range(len(paths)) if r % 2 == 0 else reversed(range(len(paths))):
            start = time.thread_time()
            sessions[i].run(None, {"pixels": images[:BATCH]})
            times[i].append((time.thread_time() - start) * 1e3 / BATCH)
    return [float(np.median(t)) for t in times]


def has_vnni() -> bool:
    return any(flag in Path("/proc/cpuinfo").read_text() for flag in ("avx512_vnni", "avx_vnni"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
    parser.add_argument("--calibration-images", type=int, default=512)
    arguments = parser.parse_args()

    original = onnx.load(arguments.model)
    side = original.graph.input[0].type.tensor_type.shape.dim[2].dim_value
    train, _ = split(arguments.data, "train")
    test, truth = split(arguments.data, "t10k")
    chosen = np.random.default_rng(0).choice(len(train), arguments.calibration_images, replace=False)
    calibration = pixels(train[chosen], side)
    images = pixels(test, side)

    prepared = arguments.output.with_suffix(".prepared.onnx")
    quant_pre_process(str(arguments.model), str(prepared), skip_symbolic_shape=True)
    expected = logits(arguments.model, images)
    accuracy = float((expected.argmax(1) == truth).mean())
    reduce_range = not has_vnni()
    print(f"VNNI {has_vnni()}, weights of {7 if reduce_range else 8} bits, onnxruntime {ort.__version__}")
    print(f"float32     top-1 {accuracy:.4f}")

    best = 0.0
    for method in (CalibrationMethod.MinMax, CalibrationMethod.Percentile, CalibrationMethod.Entropy):
        trial = arguments.output.with_suffix(f".{method.name}.onnx")
        batches = [calibration[i : i + 32] for i in range(0, len(calibration), 32)]
        quantize_static(
            str(prepared),
            str(trial),
            Images(batches),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=reduce_range,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["Conv", "Gemm"],
            calibrate_method=method,
        )
        model = onnx.load(trial)
        del model.metadata_props[:]
        model.metadata_props.extend(original.metadata_props)
        onnx.save(model, trial)
        found = logits(trial, images)
        top1 = float((found.argmax(1) == truth).mean())
        float_ms, int8_ms = speed([arguments.model, trial], images)
        print(
            f"{method.name:11s} top-1 {top1:.4f}, {100 * (accuracy - top1):+.2f} points lost, labels that differ"
            f" {int((found.argmax(1) != expected.argmax(1)).sum())}, |difference|"
            f" {float(np.abs(found - expected).max() / np.abs(expected).max()):.3f} of the largest logit;"
            f" {float_ms:.3f} ms float32, {int8_ms:.3f} ms int8, {float_ms / int8_ms:.3f} times",
            flush=True,
        )
        if top1 > best:
            best = top1
            arguments.output.write_bytes(trial.read_bytes())
        trial.unlink()
    prepared.unlink()


if __name__ == "__main__":
    main()
