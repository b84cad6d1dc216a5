"""How long it takes to know all shapes of a graph after one wire: at 1,000 and at 10,000 nodes.

    python -m benchmarks.checking [--rounds 9]

The wire that is checked gives the first node its input, so that shapes and dtypes are followed through every node
behind it; that has to fit into a frame of 16 ms at 1,000 nodes, as it is done while the wire is dragged. Naming the
unknown sizes comes after the edit: of a graph that is new, and after one node has got another attribute. Beside it the
peers that know shapes without running, where they are installed, on a chain of the same operations: JAX
(`eval_shape`), PyTorch (fake tensors), ONNX (`infer_shapes`).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from statistics import median
from typing import Any

import numpy as np

from engine.graph import Graph, Operation, Tensor, check_connect
from engine.graph.inference import infer_downstream
from engine.graph.symbolic.solver import solve_dimensions

SIZES = (1_000, 10_000)
WIDTH = 3
#: The operations of the chain, in turn.
CHAIN = ("Relu", "Add", "Tanh", "Multiply", "Exp")


class Built:
    """A graph in which all but the placeholder ``x`` and constants follows from the input of ``first``."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.x = self.graph.create("Placeholder", {}, {"shape": ["B", WIDTH]}, "x").output
        self.first = self.graph.add("Tanh", "first")

    def add(self, op_type: str, *inputs: Tensor, **attributes: Any) -> Tensor:
        """Adds an operation whose inputs are not known yet."""
        op = self.graph.add(op_type, None, attributes)
        for port, tensor in zip(op.declaration.input_names, inputs, strict=False):
            self.graph.set_inputs(op, port, [tensor])
        return op.output

    def weights(self, *shape: int) -> Tensor:
        return self.graph.create("Variable", {}, {"initial_value": np.ones(shape)}).output

    def finish(self) -> Built:
        infer_downstream(self.graph.get_operations())
        return self


def chain(nodes: int) -> Built:
    """One operation behind the other."""
    built = Built()
    last, row = built.first.output, built.weights(WIDTH)
    for place in range(nodes - len(built.graph)):
        op_type = CHAIN[place % len(CHAIN)]
        last = built.add(op_type, last, row) if op_type in ("Add", "Multiply") else built.add(op_type, last)
    return built.finish()


def broad(nodes: int) -> Built:
    """A tree in which each tensor is taken by three operations."""
    built = Built()
    tensors, row = [built.first.output], built.weights(WIDTH)
    for place in range(nodes - len(built.graph)):
        op_type, source = CHAIN[place % len(CHAIN)], tensors[place // 3]
        inputs = (source, row) if op_type in ("Add", "Multiply") else (source,)
        tensors.append(built.add(op_type, *inputs))
    return built.finish()


def dense(nodes: int) -> Built:
    """Layers of a product, a sum and a rectifier; two variables each."""
    built = Built()
    last = built.first.output
    while len(built.graph) < nodes:
        product = built.add("MatMul", last, built.weights(WIDTH, WIDTH))
        last = built.add("Relu", built.add("Add", product, built.weights(WIDTH)))
    return built.finish()


GRAPHS: Mapping[str, Callable[[int], Built]] = {"chain": chain, "broad tree": broad, "dense layers": dense}


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median of the CPU time that some work takes: it all runs in one thread, and other programs do not count."""
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return median(times)


def check(built: Built) -> None:
    verdict = check_connect(built.graph, built.x, built.first, "x")
    assert verdict, verdict.reason


def measured(make: Callable[[int], Built], nodes: int, rounds: int) -> Iterator[tuple[str, float]]:
    """What is done with one graph, and the seconds that it takes."""
    built = make(nodes)
    yield "check of a wire, all shapes followed", seconds(lambda: check(built), rounds)
    built.graph.connect(built.x, built.first, "x")
    began = time.process_time()
    before = solve_dimensions(built.graph)
    yield "naming the sizes of a new graph", time.process_time() - began
    last: Operation = built.graph.get_operations()[-1]

    def rename() -> None:
        built.graph.rename(last, "other" if last.name == "another" else "another")
        solve_dimensions(built.graph, before)

    yield "naming them again after an edit", seconds(rename, rounds)


# --- peers -------------------------------------------------------------------------------------------------------


def jax_check(nodes: int) -> Callable[[], object]:
    import jax
    import jax.numpy as jnp

    functions = {"Relu": jax.nn.relu, "Tanh": jnp.tanh, "Exp": jnp.exp}

    def program(x: Any, row: Any) -> Any:
        for place in range(nodes):
            op_type = CHAIN[place % len(CHAIN)]
            x = functions[op_type](x) if op_type in functions else x + row if op_type == "Add" else x * row
        return x

    x, row = jax.ShapeDtypeStruct((4, WIDTH), jnp.float32), jax.ShapeDtypeStruct((WIDTH,), jnp.float32)
    # A new function each time, as what was traced is remembered.
    return lambda: jax.eval_shape(lambda x, row: program(x, row), x, row)


def torch_check(nodes: int) -> Callable[[], object]:
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode

    functions = {"Relu": torch.relu, "Tanh": torch.tanh, "Exp": torch.exp}

    def program() -> Any:
        with FakeTensorMode():
            x, row = torch.empty(4, WIDTH), torch.empty(WIDTH)
            for place in range(nodes):
                op_type = CHAIN[place % len(CHAIN)]
                x = functions[op_type](x) if op_type in functions else x + row if op_type == "Add" else x * row
        return x

    return program


def onnx_check(nodes: int) -> Callable[[], object]:
    import onnx
    from onnx import TensorProto, helper

    names = {"Multiply": "Mul"}
    made = []
    for place in range(nodes):
        op_type = CHAIN[place % len(CHAIN)]
        inputs = [f"t{place}", "row"] if op_type in ("Add", "Multiply") else [f"t{place}"]
        made.append(helper.make_node(names.get(op_type, op_type), inputs, [f"t{place + 1}"]))
    inputs = [
        helper.make_tensor_value_info("t0", TensorProto.FLOAT, ["B", WIDTH]),
        helper.make_tensor_value_info("row", TensorProto.FLOAT, [WIDTH]),
    ]
    result = helper.make_tensor_value_info(f"t{nodes}", TensorProto.FLOAT, None)
    model = helper.make_model(helper.make_graph(made, "chain", inputs, [result]))
    return lambda: onnx.shape_inference.infer_shapes(model)


PEERS: Mapping[str, Callable[[int], Callable[[], object]]] = {
    "JAX, `eval_shape`": jax_check,
    "PyTorch, fake tensors": torch_check,
    "ONNX, `infer_shapes`": onnx_check,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.checking", description="How long it takes to know all shapes after one wire."
    )
    parser.add_argument("--rounds", type=int, default=9, help="how often each is measured (default 9)")
    rounds = parser.parse_args().rounds

    times: dict[str, list[float]] = {}
    for title, make in GRAPHS.items():
        for nodes in SIZES:
            for name, taken in measured(make, nodes, rounds):
                times.setdefault(f"{title}: {name}", []).append(taken)
    ours = times["chain: check of a wire, all shapes followed"]
    for title, peer in PEERS.items():
        with suppress(ImportError):
            times[title] = [seconds(peer(nodes), 3) for nodes in SIZES]

    print(f"| | {' | '.join(f'{nodes:,} nodes, CPU ms' for nodes in SIZES)} | growth | over our check of the chain |")
    print("| --- | --- | --- | --- | --- |")
    for name, (small, large) in times.items():
        beside = f"× {small / ours[0]:.1f}" if name in PEERS else ""
        print(f"| {name} | {1000 * small:.2f} | {1000 * large:.1f} | × {large / small:.1f} | {beside} |")


if __name__ == "__main__":
    main()
