"""Learning rates that change with the global step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ...graph import DType, Graph, Tensor, Variable
from ...graph.convert import as_output
from ...graph.default import current_graph
from ..build import in_dtype

__all__ = [
    "cosine_decay",
    "cosine_decay_restarts",
    "exponential_decay",
    "inverse_time_decay",
    "linear_cosine_decay",
    "natural_exp_decay",
    "piecewise_constant",
    "piecewise_constant_decay",
    "polynomial_decay",
]


@dataclass(frozen=True)
class _Rate:
    """What a schedule is computed from, in the dtype of the learning rate."""

    graph: Graph
    initial: Tensor
    step: Tensor
    #: The name of the schedule's last operation: that of its scope.
    name: str

    @property
    def dtype(self) -> DType | None:
        return self.initial.dtype

    def number(self, value: Any) -> Tensor:
        """A number or tensor in the learning rate's dtype."""
        return in_dtype(_tensor(self.graph, value), self.dtype)

    def apply(self, op_type: str, *inputs: Any) -> Tensor:
        return self.graph.apply(op_type, *inputs)

    def last(self, op_type: str, *inputs: Any) -> Tensor:
        return self.graph.apply(op_type, *inputs, name=self.name)


def _tensor(graph: Graph, value: Any) -> Tensor:
    output = as_output(graph, value)
    assert isinstance(output, Tensor)
    return output


@contextmanager
def _schedule(learning_rate: Any, global_step: Any, name: str | None, default: str, function: str) -> Iterator[_Rate]:
    """A with block in the schedule's scope. Raises ValueError without a global step."""
    if global_step is None:
        raise ValueError(f"global_step is required for {function}. Give the variable that minimize increments.")
    graph = current_graph(learning_rate, global_step)
    with graph.name_scope(name or default) as scope:
        initial = _tensor(graph, learning_rate)
        yield _Rate(graph, initial, in_dtype(_tensor(graph, global_step), initial.dtype), scope)


def exponential_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """``learning_rate · decay_rate ^ (global_step / decay_steps)``; ``staircase`` rounds the exponent down."""
    with _schedule(learning_rate, global_step, name, "ExponentialDecay", "exponential_decay") as rate:
        passed = _passed(rate, decay_steps, staircase)
        return rate.last("Multiply", rate.initial, rate.number(decay_rate) ** passed)


def natural_exp_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """``learning_rate · e ^ (−decay_rate · global_step / decay_steps)``."""
    graph = current_graph(learning_rate, global_step, decay_rate)
    shrinking = graph.apply("Exp", graph.apply("Negative", decay_rate))
    return exponential_decay(learning_rate, global_step, decay_steps, shrinking, staircase, name)


def inverse_time_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """``learning_rate / (1 + decay_rate · global_step / decay_steps)``."""
    with _schedule(learning_rate, global_step, name, "InverseTimeDecay", "inverse_time_decay") as rate:
        passed = _passed(rate, decay_steps, staircase)
        return rate.last("Divide", rate.initial, 1.0 + rate.number(decay_rate) * passed)


def _passed(rate: _Rate, decay_steps: Any, staircase: bool) -> Tensor:
    passed = rate.step / rate.number(decay_steps)
    return rate.apply("Floor", passed) if staircase else passed


def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Tensor:
    """From ``learning_rate`` to ``end_learning_rate`` in ``decay_steps``; ``cycle`` begins again, ever slower."""
    with _schedule(learning_rate, global_step, name, "PolynomialDecay", "polynomial_decay") as rate:
        end, steps, step = rate.number(end_learning_rate), rate.number(decay_steps), rate.step
        if cycle:
            zero, one = rate.number(0), rate.number(1)
            rounds = rate.apply("Ceil", step / steps)
            steps = steps * rate.apply("Where", rate.apply("Equal", step, zero), one, rounds)
        else:
            step = rate.apply("Minimum", step, steps)
        left = (1.0 - step / steps) ** rate.number(power)
        return rate.last("Add", (rate.initial - end) * left, end)


def piecewise_constant(x: Any, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None) -> Tensor:
    """``values[0]`` up to ``boundaries[0]``, then ``values[1]`` up to ``boundaries[1]`` …

    Raises ValueError unless there is one value more than boundaries.
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError(
            f"The length of boundaries should be 1 less than the length of values: {len(boundaries)} and "
            f"{len(values)}; leave one out."
        )
    graph = current_graph(x, *boundaries, *values)
    with graph.name_scope(name or "PiecewiseConstant"):
        step = _tensor(graph, x)
        limits = [in_dtype(_tensor(graph, boundary), step.dtype) for boundary in boundaries]
        result, *others = [_tensor(graph, value) for value in values]
        for limit, value in zip(limits, others, strict=True):
            result = graph.apply("Where", graph.apply("Greater", step, limit), value, result)
        return result


piecewise_constant_decay = piecewise_constant


def cosine_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, alpha: Any = 0.0, name: str | None = None
) -> Tensor:
    """Half a cosine from ``learning_rate`` to ``alpha · learning_rate`` in ``decay_steps``."""
    with _schedule(learning_rate, global_step, name, "CosineDecay", "cosine_decay") as rate:
        steps = rate.number(decay_steps)
        passed = rate.apply("Minimum", rate.step, steps) / steps
        return rate.last("Multiply", rate.initial, (1.0 - rate.number(alpha)) * _cosine(rate, passed) + alpha)


def cosine_decay_restarts(
    learning_rate: Any,
    global_step: Any,
    first_decay_steps: Any,
    t_mul: Any = 2.0,
    m_mul: Any = 1.0,
    alpha: Any = 0.0,
    name: str | None = None,
) -> Tensor:
    """Cosine decays one after the other, each ``t_mul`` times as long and ``m_mul`` times as high as the last."""
    with _schedule(learning_rate, global_step, name, "SGDRDecay", "cosine_decay_restarts") as rate:
        longer = rate.number(t_mul)
        passed = rate.step / rate.number(first_decay_steps)
        restarts = rate.apply("Floor", passed)
        fraction = passed - restarts
        if isinstance(t_mul, Tensor | Variable) or t_mul != 1:
            counted, part = _longer_restarts(rate, passed, longer)
            is_longer = rate.apply("NotEqual", longer, rate.number(1))
            restarts = rate.apply("Where", is_longer, counted, restarts)
            fraction = rate.apply("Where", is_longer, part, fraction)
        height = rate.number(m_mul) ** restarts
        decayed = (1.0 - rate.number(alpha)) * (height * _cosine(rate, fraction)) + alpha
        return rate.last("Multiply", rate.initial, decayed)


def _longer_restarts(rate: _Rate, passed: Tensor, longer: Tensor) -> tuple[Tensor, Tensor]:
    """How many decays are over, and how much of the present one, where each is longer than the last."""
    restarts = rate.apply("Floor", rate.apply("Log", 1.0 - passed * (1.0 - longer)) / rate.apply("Log", longer))
    over = (1.0 - longer**restarts) / (1.0 - longer)
    return restarts, (passed - over) / longer**restarts


def linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Tensor:
    """A straight decay times a cosine of ``num_periods``."""
    with _schedule(learning_rate, global_step, name, "LinearCosineDecay", "linear_cosine_decay") as rate:
        steps = rate.number(decay_steps)
        step = rate.apply("Minimum", rate.step, steps)
        straight = (steps - step) / steps
        cosine = _cosine(rate, 2.0 * rate.number(num_periods) * (step / steps))
        return rate.last("Multiply", rate.initial, (rate.number(alpha) + straight) * cosine + beta)


def _cosine(rate: _Rate, fraction: Tensor) -> Tensor:
    """From 1 to 0 as the fraction goes from 0 to 1."""
    return 0.5 * (1.0 + rate.apply("Cos", math.pi * fraction))
