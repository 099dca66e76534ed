"""Writes what ONNX Runtime's quantiser makes of a small network for given ranges: the oracle of `Int8Graph`.

    pip install -r requirements.txt
    python golden_int8.py ../resources/int8

network.onnx is float32 and has a convolution of the image, dense, pointwise and depthwise ones, with and without
bias, a Relu, a squeeze-excite and a residual sum. Channels of zeros, of tiny weights beside a large bias, and
values that round to even are among its weights; ranges that do not reach zero among its ranges.tsv.
expected_7.onnx and expected_8.onnx are the same with 7 and 8 bits of weights.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationMethod, QuantType
from onnxruntime.quantization.calibrate import TensorData, TensorsData
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

OPSET = 20
CHANNELS = 8
RANGES = {
    "act1": (-0.17, 5.3),
    "mixed": (0.25, 3.75),
    "pooled": (-0.004, 0.9),
    "squeezed": (0.0, 1.25),
    "excited": (-6.5, -0.5),
    "gate": (0.0, 1.0),
    "scaled": (-2.0, 2.1),
    "expanded": (-11.0, 7.0),
    "act2": (-0.17, 7.0),
    "projected": (-1e-3, 1e-3),
    "sum": (-2.5, 2.25),
    "last": (-40.0, 33.0),
}


def network() -> onnx.ModelProto:
    random = np.random.default_rng(2307)
    constants = []

    def constant(name: str, *shape: int) -> str:
        values = random.standard_normal(shape).astype(np.float32)
        constants.append(numpy_helper.from_array(values, name))
        return name

    def conv(name: str, x: str, y: str, out: int, into: int, kernel: int = 1, group: int = 1, bias: bool = True):
        inputs = [x, constant(f"{name}.weight", out, into // group, kernel, kernel)]
        inputs += [constant(f"{name}.bias", out)] if bias else []
        pads = [kernel // 2] * 4
        return helper.make_node("Conv", inputs, [y], name, group=group, kernel_shape=[kernel] * 2, pads=pads)

    c = CHANNELS
    nodes = [
        conv("stem", "pixels", "stem_out", c, 3, kernel=3),
        helper.make_node("Gelu", ["stem_out"], ["act1"], "gelu1"),
        conv("mixer", "act1", "mixed", c, c, kernel=3, group=c),
        helper.make_node("GlobalAveragePool", ["mixed"], ["pooled"], "pool"),
        conv("fc1", "pooled", "fc1_out", 2, c),
        helper.make_node("Relu", ["fc1_out"], ["squeezed"], "relu"),
        conv("fc2", "squeezed", "excited", c, 2),
        helper.make_node("Sigmoid", ["excited"], ["gate"], "sigmoid"),
        helper.make_node("Mul", ["mixed", "gate"], ["scaled"], "scale"),
        conv("expand", "scaled", "expanded", 2 * c, c),
        helper.make_node("Gelu", ["expanded"], ["act2"], "gelu2"),
        conv("project", "act2", "projected", c, 2 * c, bias=False),
        helper.make_node("Add", ["scaled", "projected"], ["sum"], "add"),
        conv("dense", "sum", "last", c, c, kernel=3, group=2),
        helper.make_node("GlobalAveragePool", ["last"], ["features"], "pool2"),
        helper.make_node("Flatten", ["features"], ["embedding"], "flatten", axis=1),
        helper.make_node(
            "Gemm", ["embedding", constant("head.weight", 5, c), constant("head.bias", 5)], ["logits"], "head", transB=1
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "int8",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["N", 3, 16, 16])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 5]),
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["N", c]),
        ],
        edge_cases(constants),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    return model


def edge_cases(constants: list[TensorProto]) -> list[TensorProto]:
    values = {t.name: numpy_helper.to_array(t).copy() for t in constants}
    values["mixer.weight"][1] = 0  # nothing but a bias
    values["expand.weight"][3] *= 1e-12  # the bias needs more than an int32 of so small a unit
    values["expand.bias"][3] = -3.5
    values["dense.weight"][2] = np.arange(values["dense.weight"][2].size).reshape(values["dense.weight"][2].shape)
    values["dense.weight"][2] *= 64 / (2 * values["dense.weight"][2].max())  # halves, to be rounded to even
    return [numpy_helper.from_array(v, name) for name, v in values.items()]


def quantised(model: onnx.ModelProto, reduce_range: bool) -> onnx.ModelProto:
    ranges = {
        name: TensorData(lowest=np.array(low, np.float32), highest=np.array(high, np.float32))
        for name, (low, high) in RANGES.items()
    }
    ranges["fc1_out"] = ranges["squeezed"]
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    quantiser = QDQQuantizer(
        copy,
        per_channel=True,
        reduce_range=reduce_range,
        weight_qType=QuantType.QInt8,
        activation_qType=QuantType.QUInt8,
        tensors_range=TensorsData(CalibrationMethod.MinMax, ranges),
        nodes_to_quantize=[],
        nodes_to_exclude=["stem"],
        op_types_to_quantize=["Conv", "Mul"],
        extra_options={},
    )
    quantiser.quantize_model()
    return quantiser.model.model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    target = parser.parse_args().target
    target.mkdir(parents=True, exist_ok=True)
    model = network()
    onnx.save(model, target / "network.onnx")
    lines = [f"{name}\t{np.float32(low)!s}\t{np.float32(high)!s}\n" for name, (low, high) in RANGES.items()]
    (target / "ranges.tsv").write_text("".join(lines))
    for bits in (7, 8):
        onnx.save(quantised(model, reduce_range=bits == 7), target / f"expected_{bits}.onnx")


if __name__ == "__main__":
    main()
