"""All workloads, with who computes them and what is wanted of the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from .contenders import (
    AUTOGRAD,
    ENGINE,
    JAX,
    ONE_BLAS_THREAD,
    ONNX_RUNTIME,
    TF1,
    TORCH,
    autograd,
    hand_tuned,
    jax,
    micrograd,
    ours,
    tf1,
    torch,
)
from .peers import autograd_numpy, chainrule, jax_jit, micrograd_scalars, onnx_runtime, tensorflow_session, torch_eager
from .peers.tensorflow_lstm_cell import BasicLstmCell
from .step import Step
from .workload import FASTEST_PEER, NUMPY, Contender, Goal, Role, Workload, seconds_per_step
from .workloads import (
    chain,
    elementwise,
    lenet,
    lenet_numpy,
    lstm,
    lstm_numpy,
    opening,
    perceptron,
    regression,
    start,
    xor,
)


def _perceptron(
    key: str, title: str, sizes: Sequence[int], rows: int, goals: tuple[Goal, ...], busy: int = 0
) -> Workload:
    program = perceptron.training(sizes, rows)
    contenders = (
        ours(program),
        hand_tuned(partial(perceptron.tuned, sizes, rows), ONE_BLAS_THREAD if busy else None),
        torch(partial(torch_eager.perceptron, sizes, rows)),
        jax(partial(jax_jit.perceptron, sizes, rows)),
        tf1(program),
        autograd(partial(autograd_numpy.perceptron, sizes, rows)),
    )
    return Workload(key, title, contenders, goals, busy_processes=busy)


_SMALL = "784-256-256-10, softmax cross entropy, batch 128"
_SMALL_GOALS = (Goal(NUMPY, 1.05), Goal(TORCH, 1), Goal(TF1, 1), Goal(JAX, 1))


def _chain(operations: int, goals: tuple[Goal, ...], is_slow: bool = False) -> Workload:
    program = chain.program(operations)
    contenders = (
        ours(program),
        hand_tuned(partial(chain.tuned, operations)),
        torch(partial(torch_eager.chain, operations)),
        tf1(program),
        jax(partial(jax_jit.chain, operations)),
    )
    title = f"chain of {operations:,} small operations, step"
    return Workload(f"F-{operations}", title, contenders, goals, is_slow=is_slow)


def _ready(operations: int, goals: tuple[Goal, ...], is_slow: bool = False) -> Workload:
    program = chain.program(operations)
    builds = [Contender(ENGINE, "engine", partial(chain.ready, partial(chainrule.step, program)), Role.OURS)]
    if operations > 1000:
        fewer = partial(chain.ready, partial(chainrule.step, chain.program(1000)))
        builds.append(Contender(ENGINE_1000, "engine", fewer, Role.OTHER))
    builds.append(
        Contender(TF1, "tensorflow", partial(chain.ready, partial(tensorflow_session.step, program)), Role.PEER)
    )
    builds.append(jax(partial(chain.ready, partial(jax_jit.chain, operations))))
    title = f"chain of {operations:,} small operations, until ready: built, differentiated, compiled, run once"
    key = f"F-{operations}-ready"
    return Workload(key, title, tuple(builds), goals, checked_steps=1, is_slow=is_slow)


def _start(key: str, title: str, step_of: Callable[[str], Step], goals: tuple[Goal, ...], **more: Any) -> Workload:
    """Whole programs of ``benchmarks/start``."""
    measure = more.pop("measure", seconds_per_step)
    programs = (
        (ENGINE, "engine", "chainrule", Role.OURS),
        (PLAIN_NUMPY, "numpy", "plain_numpy", Role.LIMIT),
        (AUTOGRAD, "autograd", "autograd_numpy", Role.PEER),
        (JAX, "jax", "jax_jit", Role.PEER),
        (TORCH, "torch", "torch_eager", Role.PEER),
        (TF1, "tensorflow", "tensorflow_session", Role.PEER),
    )
    contenders = tuple(
        Contender(name, library, partial(step_of, program), role, measure) for name, library, program, role in programs
    )
    return Workload(key, title, contenders, goals, **more)


ENGINE_1000, INFERENCE_MODE = "engine with 1,000", "torch.inference_mode"
TORCH_LSTM, TORCH_CELL = "torch.nn.LSTM", "torch eager, LSTMCell"
PLAIN_NUMPY, IMPORTS, NETWORKX = "plain numpy", "import numpy, networkx", "json and networkx alone"

WORKLOADS: tuple[Workload, ...] = (
    Workload(
        "A",
        "the tutorial's regression",
        (
            ours(regression.program),
            hand_tuned(regression.tuned),
            torch(torch_eager.regression),
            jax(jax_jit.regression),
            tf1(regression.program),
            autograd(autograd_numpy.regression),
            micrograd(micrograd_scalars.regression),
        ),
        (Goal(NUMPY, 1.35), Goal(JAX, 1 / 2), Goal(TF1, 1 / 9), Goal(TORCH, 1 / 12), Goal(FASTEST_PEER, 1)),
    ),
    Workload(
        "B",
        "exclusive or, 2-10-1",
        (
            ours(xor.program),
            hand_tuned(xor.tuned),
            torch(torch_eager.xor),
            jax(jax_jit.xor),
            tf1(xor.program),
            autograd(autograd_numpy.xor),
            micrograd(micrograd_scalars.xor),
        ),
        (Goal(NUMPY, 1.3), Goal(JAX, 1 / 1.25), Goal(TF1, 1 / 7), Goal(TORCH, 1 / 10), Goal(FASTEST_PEER, 1)),
    ),
    _perceptron("C", _SMALL, perceptron.SMALL, perceptron.SMALL_BATCH, _SMALL_GOALS),
    _perceptron(
        "C-busy", f"{_SMALL}, two other processes busy", perceptron.SMALL, perceptron.SMALL_BATCH, _SMALL_GOALS, 2
    ),
    _perceptron(
        "D", "1024-1024-1024-1024-10, batch 256", perceptron.LARGE, perceptron.LARGE_BATCH, (Goal(FASTEST_PEER, 1.05),)
    ),
    Workload(
        "E",
        "twenty elementwise operations on a million elements",
        (
            ours(elementwise.program),
            hand_tuned(elementwise.tuned),
            torch(torch_eager.elementwise),
            jax(jax_jit.elementwise),
            tf1(elementwise.program),
            autograd(autograd_numpy.elementwise),
        ),
        (Goal(NUMPY, 1.1), Goal(TORCH, 1 / 2.5), Goal(TF1, 1)),
    ),
    _chain(1000, (Goal(NUMPY, 1.1), Goal(TORCH, 1 / 5))),
    _ready(1000, ()),
    _chain(10_000, (), is_slow=True),
    _ready(10_000, (Goal(TF1, 1 / 15), Goal(ENGINE_1000, 10)), is_slow=True),
    Workload(
        "G",
        "LeNet-5 on 28×28, batch 64",
        (
            ours(lenet.program),
            hand_tuned(lenet_numpy.tuned, ONE_BLAS_THREAD),
            torch(torch_eager.lenet),
            jax(jax_jit.lenet),
            tf1(lenet.program),
            autograd(autograd_numpy.lenet),
        ),
        (Goal(NUMPY, 1.1), Goal(FASTEST_PEER, 1)),
    ),
    Workload(
        "H",
        "784-256-256-10, inference of one row",
        (
            ours(perceptron.inference(perceptron.SMALL)),
            hand_tuned(partial(perceptron.tuned_inference, perceptron.SMALL)),
            torch(partial(torch_eager.inference, perceptron.SMALL)),
            torch(partial(torch_eager.inference_mode, perceptron.SMALL), INFERENCE_MODE),
            jax(partial(jax_jit.inference, perceptron.SMALL)),
            tf1(perceptron.inference(perceptron.SMALL)),
            Contender(ONNX_RUNTIME, "onnxruntime", partial(onnx_runtime.inference, perceptron.SMALL), Role.PEER),
        ),
        (Goal(TORCH, 1), Goal(INFERENCE_MODE, 1), Goal(JAX, 1), Goal(TF1, 1), Goal(ONNX_RUNTIME, 1.2)),
    ),
    Workload(
        "I",
        "an LSTM of 128 units over 28 steps, batch 64",
        (
            ours(lstm.program(is_dynamic=False), "engine, static_rnn"),
            ours(lstm.program(is_dynamic=True), "engine, dynamic_rnn"),
            hand_tuned(lstm_numpy.tuned, ONE_BLAS_THREAD),
            torch(torch_eager.lstm, TORCH_LSTM),
            torch(torch_eager.lstm_cell, TORCH_CELL),
            jax(jax_jit.lstm),
            tf1(lstm.program(is_dynamic=True, cell_of=BasicLstmCell)),
            autograd(autograd_numpy.lstm),
        ),
        (Goal(AUTOGRAD, 1 / 10), Goal(TORCH_LSTM, 1.05), Goal(TORCH_CELL, 1.05)),
    ),
    _start(
        "J",
        "from process start to 100 epochs of A",
        start.program,
        (Goal(AUTOGRAD, 1.5), Goal(JAX, 0.5), Goal(TORCH, 0.25), Goal(TF1, 0.1)),
        checked_steps=1,
        is_slow=True,
    ),
    Workload(
        "J-import",
        "a process that imports, and ends",
        (
            Contender("import engine", "engine", partial(start.imports, "import engine"), Role.OURS),
            Contender(IMPORTS, "networkx", partial(start.imports, "import numpy, networkx"), Role.OTHER),
        ),
        (Goal(IMPORTS, 1.5),),
        checked_steps=1,
    ),
    _start(
        "J-memory",
        "the peak memory of J's processes",
        start.peak_of,
        (Goal(TORCH, 1 / 3),),
        checked_steps=0,
        measure=start.measured_by_step,
        unit="bytes",
        is_slow=True,
    ),
    Workload(
        "K",
        "a .graph file of 10,000 nodes opened, checked and compiled",
        (
            Contender(ENGINE, "engine", partial(opening.opened, opening.NODES), Role.OURS),
            Contender(NETWORKX, "networkx", partial(opening.bare, opening.NODES), Role.LIMIT),
        ),
        (Goal(NETWORKX, 15),),
        checked_steps=1,
    ),
)


def workload(key: str) -> Workload:
    return next(one for one in WORKLOADS if one.key == key)


def chosen(names: Sequence[str]) -> list[Workload]:
    """Those that the names name, in the table's order: F is all of F. No name chooses all."""
    keys = [name.upper() for name in names]
    return [
        one
        for one in WORKLOADS
        if not keys or any(one.key.upper() == key or one.key.upper().startswith(f"{key}-") for key in keys)
    ]
