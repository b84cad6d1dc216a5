"""Every operation that computes something is explained: hypothesis draws its inputs and the element asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.debugger.explanations import How, explain
from engine.debugger.explanations.families import ELEMENTWISE_CHOICES, ELEMENTWISE_SUMS, SUMS, SUMS_OF_PRODUCTS
from engine.graph import Operation, Tensor, declarations
from tests.engine.cases import CASES, Case, cases
from tests.engine.reference import Kernel

Array = np.ndarray[Any, np.dtype[Any]]
DECLARATIONS = {declaration.type: declaration for declaration in declarations()}
#: Those of which an explanation must be a sum that adds up.
SUMMED = [name for name in CASES if name in {*SUMS, *SUMS_OF_PRODUCTS, *ELEMENTWISE_SUMS, *ELEMENTWISE_CHOICES}]
#: Those that are explained by local derivatives.
BY_DERIVATIVES = [name for name in CASES if name not in SUMMED and DECLARATIONS[name].gradient is not None]
#: A rounded result has no differences to compare with.
ROUNDED = frozenset({"Cast"})


class LoneStep:
    """One operation with its inputs, all of it carried out, in the place of an observed step."""

    def __init__(self, case: Case, op_type: str) -> None:
        self.op, placeholders = case.build(op_type)
        self.graph = self.op.graph
        self.operations = (self.op,)
        self.done = 1
        self.loss = self.op.outputs[0]
        self.arrays = case.arrays()
        self.kernel = Kernel(self.op, self.arrays)
        self._values: dict[Tensor, Array] = dict(zip(placeholders, self.arrays, strict=True))
        self._values.update(zip(self.op.outputs, self.kernel.all(*self.arrays), strict=True))

    def place(self, op: Operation) -> int | None:
        return 0 if op is self.op else None

    def lowered(self, tensor: Tensor) -> Tensor:
        return tensor

    def value(self, tensor: Tensor) -> Array | None:
        return self._values.get(tensor)

    def read_value(self, op: Operation, index: int) -> Array | None:
        return self.value(op.inputs[index])

    def gradient(self, tensor: Tensor) -> None:
        return None

    def ask(self, data: Any) -> tuple[Any, tuple[int, ...]]:
        """An element of the first result, and its reason."""
        value = self.value(self.op.outputs[0])
        assert value is not None
        index = tuple(data.draw(st.integers(0, size - 1)) for size in value.shape)
        return explain(self, self.op.outputs[0], index), index  # type: ignore[arg-type]


def drawn(data: Any, op_type: str) -> LoneStep:
    dtypes = CASES[op_type].dtypes
    case = data.draw(cases(op_type, "float64" if "float64" in dtypes else dtypes[0]))
    step = LoneStep(case, op_type)
    assume(np.size(step.value(step.op.outputs[0])))  # an empty result has no element
    return step


@pytest.mark.parametrize("op_type", SUMMED)
@settings(max_examples=5, deadline=None, derandomize=True)
@given(data=st.data())
def test_what_is_a_sum_adds_up(op_type: str, data: Any) -> None:
    step = drawn(data, op_type)
    reason, index = step.ask(data)
    if reason.how is How.GIVEN:
        return
    if op_type == "Einsum" and len(step.arrays) > 2:  # products of three are told by their derivatives
        assert reason.how is How.FUNCTION
        return
    assert reason.how is How.SUM
    size = sum(abs(term.contribution or 0.0) for term in reason.terms)
    assert reason.total == pytest.approx(float(reason.element.value), rel=1e-12, abs=1e-12 * size)
    for term in reason.terms[:4]:
        first = term.elements[0]
        place = [tensor.name for tensor in step.op.inputs].index(first.tensor)
        if term.factor is not None and step.arrays[place].dtype == np.float64 and op_type not in ROUNDED:
            # Of a product, the local derivative to the one is the other.
            derivative = term.factor * (term.elements[1].value if len(term.elements) > 1 else 1.0)
            assert derivative == pytest.approx(difference(step, place, first.index)[index], rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("op_type", BY_DERIVATIVES)
@settings(max_examples=4, deadline=None, derandomize=True)
@given(data=st.data())
def test_local_derivatives_are_what_differences_say(op_type: str, data: Any) -> None:
    step = drawn(data, op_type)
    reason, index = step.ask(data)
    if reason.how is not How.FUNCTION:
        assert reason.how is How.SUM or not any(term.factor for term in reason.terms)
        return
    shown = {(term.elements[0].tensor, term.elements[0].index): term.factor for term in reason.terms}
    for (name, at), factor in list(shown.items())[:6]:
        place = [tensor.name for tensor in step.op.inputs].index(name)
        if step.arrays[place].dtype != np.float64:
            continue
        assert factor == pytest.approx(difference(step, place, at)[index], rel=1e-4, abs=1e-6)


def difference(step: LoneStep, place: int, at: tuple[int, ...], by: float = 1e-5) -> Array:
    """The central difference of the first result."""

    def moved(by: float) -> Array:
        others = [array.copy() for array in step.arrays]
        others[place][at] += by
        return np.asarray(step.kernel.all(*others)[0]).astype(float)

    return (moved(by) - moved(-by)) / (2 * by)


@pytest.mark.parametrize("op_type", [name for name in CASES if name not in SUMMED and name not in BY_DERIVATIVES])
@settings(max_examples=3, deadline=None, derandomize=True)
@given(data=st.data())
def test_whatever_has_no_gradient_tells_what_it_depends_on(op_type: str, data: Any) -> None:
    step = drawn(data, op_type)
    reason, _ = step.ask(data)
    assert reason.terms or reason.note
    for term in reason.terms:
        for element in term.elements:
            source = step.graph.get_tensor_by_name(element.tensor)
            assert source in step.op.inputs
