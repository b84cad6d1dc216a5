"""All workloads, with who computes them and what is wanted of the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from .peers import autograd_numpy, chainrule, jax_jit, micrograd_scalars, tensorflow_session, torch_eager
from .step import Program, Step
from .workload import FASTEST_PEER, NUMPY, Contender, Goal, Workload
from .workloads import chain, elementwise, perceptron, regression, xor

OURS = "engine"
TORCH, JAX, TF1, AUTOGRAD, MICROGRAD = "torch eager", "jax.jit", "TF1 Session", "autograd", "micrograd"
#: For numpy on busy cores, and where it takes two threads of Python: several BLAS threads would wait for one another.
ONE_BLAS_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


def _ours(program: Program, name: str = OURS) -> Contender:
    return Contender(name, "engine", partial(chainrule.step, program), is_ours=True)


def _numpy(build: Callable[[], Step], environment: dict[str, str] | None = None) -> Contender:
    return Contender(NUMPY, "numpy", build, environment=environment or {})


def _tf1(program: Program) -> Contender:
    return Contender(TF1, "tensorflow", partial(tensorflow_session.step, program))


def _torch(build: Callable[[], Step], name: str = TORCH) -> Contender:
    return Contender(name, "torch", build)


def _jax(build: Callable[[], Step]) -> Contender:
    return Contender(JAX, "jax", build)


def _autograd(build: Callable[[], Step]) -> Contender:
    return Contender(AUTOGRAD, "autograd", build)


def _micrograd(build: Callable[[], Step]) -> Contender:
    return Contender(MICROGRAD, "micrograd", build)


def _perceptron(
    key: str, title: str, sizes: Sequence[int], rows: int, goals: tuple[Goal, ...], busy: int = 0
) -> Workload:
    program = perceptron.training(sizes, rows)
    contenders = (
        _ours(program),
        _numpy(partial(perceptron.tuned, sizes, rows), ONE_BLAS_THREAD if busy else None),
        _torch(partial(torch_eager.perceptron, sizes, rows)),
        _jax(partial(jax_jit.perceptron, sizes, rows)),
        _tf1(program),
        _autograd(partial(autograd_numpy.perceptron, sizes, rows)),
    )
    return Workload(key, title, contenders, goals, busy_processes=busy)


_SMALL = "784-256-256-10, softmax cross entropy, batch 128"
_SMALL_GOALS = (Goal(NUMPY, 1.05), Goal(TORCH, 1), Goal(TF1, 1), Goal(JAX, 1))


def _chain(operations: int, goals: tuple[Goal, ...], is_slow: bool, left_out: dict[str, str]) -> Workload:
    program = chain.program(operations)
    jax = [] if JAX in left_out else [_jax(partial(jax_jit.chain, operations))]
    contenders = (
        _ours(program),
        _numpy(partial(chain.tuned, operations)),
        _torch(partial(torch_eager.chain, operations)),
        _tf1(program),
        *jax,
    )
    title = f"chain of {operations:,} small operations, step"
    return Workload(f"F-{operations}", title, contenders, goals, left_out=left_out, is_slow=is_slow)


def _ready(operations: int, goals: tuple[Goal, ...], is_slow: bool, left_out: dict[str, str]) -> Workload:
    program = chain.program(operations)
    builds = [Contender(OURS, "engine", partial(chain.ready, partial(chainrule.step, program)), is_ours=True)]
    if operations > 1000:
        fewer = partial(chain.ready, partial(chainrule.step, chain.program(1000)))
        builds.append(Contender(ENGINE_1000, "engine", fewer, is_checked=False))
    builds.append(Contender(TF1, "tensorflow", partial(chain.ready, partial(tensorflow_session.step, program))))
    if JAX not in left_out:
        builds.append(_jax(partial(chain.ready, partial(jax_jit.chain, operations))))
    title = f"chain of {operations:,} small operations, until ready: built, differentiated, compiled, run once"
    key = f"F-{operations}-ready"
    return Workload(key, title, tuple(builds), goals, checked_steps=1, left_out=left_out, is_slow=is_slow)


ENGINE_1000 = "engine with 1,000"
_JAX_IS_LATE = {JAX: "XLA compiles so long a program for minutes."}

WORKLOADS: tuple[Workload, ...] = (
    Workload(
        "A",
        "the tutorial's regression",
        (
            _ours(regression.program),
            _numpy(regression.tuned),
            _torch(torch_eager.regression),
            _jax(jax_jit.regression),
            _tf1(regression.program),
            _autograd(autograd_numpy.regression),
            _micrograd(micrograd_scalars.regression),
        ),
        (Goal(NUMPY, 1.35), Goal(JAX, 1 / 2), Goal(TF1, 1 / 9), Goal(TORCH, 1 / 12), Goal(FASTEST_PEER, 1)),
    ),
    Workload(
        "B",
        "exclusive or, 2-10-1",
        (
            _ours(xor.program),
            _numpy(xor.tuned),
            _torch(torch_eager.xor),
            _jax(jax_jit.xor),
            _tf1(xor.program),
            _autograd(autograd_numpy.xor),
            _micrograd(micrograd_scalars.xor),
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
            _ours(elementwise.program),
            _numpy(elementwise.tuned),
            _torch(torch_eager.elementwise),
            _jax(jax_jit.elementwise),
            _tf1(elementwise.program),
            _autograd(autograd_numpy.elementwise),
        ),
        (Goal(NUMPY, 1.1), Goal(TORCH, 1 / 2.5), Goal(TF1, 1)),
    ),
    _chain(1000, (Goal(NUMPY, 1.1), Goal(TORCH, 1 / 5)), False, {}),
    _ready(1000, (), False, {}),
    _chain(10_000, (), True, _JAX_IS_LATE),
    _ready(10_000, (Goal(TF1, 1 / 15), Goal(ENGINE_1000, 10)), True, _JAX_IS_LATE),
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
