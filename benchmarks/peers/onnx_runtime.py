"""ONNX Runtime on the CPU: inference only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..step import Step
from ..workloads import perceptron as perceptron_data


def inference(sizes: Sequence[int]) -> Step:
    import onnxruntime

    data = perceptron_data.data(sizes, 1)
    session = onnxruntime.InferenceSession(_model(data), providers=["CPUExecutionProvider"])
    feeds = {"x": data.x}
    return lambda: session.run(None, feeds)[0]


def _model(data: perceptron_data.Data) -> Any:
    """The network as the bytes of an ONNX model."""
    from onnx import TensorProto, helper, numpy_helper

    nodes, initializers, before = [], [], "x"
    last = len(data.weights) - 1
    for k, (W, b) in enumerate(zip(data.weights, data.biases, strict=True)):
        initializers += [numpy_helper.from_array(W, f"W{k}"), numpy_helper.from_array(b, f"b{k}")]
        nodes.append(helper.make_node("Gemm", [before, f"W{k}", f"b{k}"], [f"z{k}"]))
        nodes.append(helper.make_node("Relu" if k < last else "Softmax", [f"z{k}"], [f"h{k}"]))
        before = f"h{k}"
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, data.x.shape)
    y = helper.make_tensor_value_info(before, TensorProto.FLOAT, data.y.shape)
    graph = helper.make_graph(nodes, "perceptron", [x], [y], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()
