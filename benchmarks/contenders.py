"""Who takes part: this project's engine, hand-tuned numpy, and the libraries a person would otherwise use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from .peers import chainrule, tensorflow_session
from .step import Program, Step
from .workload import NUMPY, Contender, Role

ENGINE = "engine"
TORCH, JAX, TF1, AUTOGRAD = "torch eager", "jax.jit", "TF1 Session", "autograd"
MICROGRAD, ONNX_RUNTIME = "micrograd", "onnxruntime"
#: For numpy on busy cores, and where it takes two threads of Python: several BLAS threads would wait for one another.
ONE_BLAS_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


def ours(program: Program, name: str = ENGINE) -> Contender:
    return Contender(name, "engine", partial(chainrule.step, program), Role.OURS)


def hand_tuned(build: Callable[[], Step], environment: Mapping[str, str] | None = None) -> Contender:
    return Contender(NUMPY, "numpy", build, Role.LIMIT, environment=environment or {})


def tf1(program: Program) -> Contender:
    return Contender(TF1, "tensorflow", partial(tensorflow_session.step, program), Role.PEER)


def torch(build: Callable[[], Step], name: str = TORCH) -> Contender:
    return Contender(name, "torch", build, Role.PEER)


def jax(build: Callable[[], Step]) -> Contender:
    return Contender(JAX, "jax", build, Role.PEER)


def autograd(build: Callable[[], Step]) -> Contender:
    return Contender(AUTOGRAD, "autograd", build, Role.PEER)


def micrograd(build: Callable[[], Step]) -> Contender:
    return Contender(MICROGRAD, "micrograd", build, Role.PEER)
