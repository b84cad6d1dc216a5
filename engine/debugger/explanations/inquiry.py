"""One question: an element of an output of an operation, with what the operation read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from ...compiler.writes import WRITES
from ...graph import InvalidArgumentError, Tensor
from ..observed_step import ObservedStep
from .latex import coefficient, enclosed, number, summed
from .local_model import LocalModel, local_model
from .naming import Naming, numbers_of
from .reason import Array, Element, ElementReason, How, Index, Kind, Term
from .terms import TermGroup, listed, single, weighted


class Inquiry:
    """Asks why ``tensor`` of a step has the value it has at ``index``.

    Raises InvalidArgumentError where it, or what it was computed from, has no value yet, and for an index beyond it.
    """

    def __init__(self, step: ObservedStep, naming: Naming, tensor: Tensor, index: Index) -> None:
        self.step = step
        self.naming = naming
        self.tensor = tensor
        self.op = tensor.op
        self.index = index
        value = present(step, tensor)
        check_index(tensor, value, index)
        self.value = value[index]
        self.element = naming.element(tensor, index, self.value)
        #: The port that each input is wired to.
        self.ports = [port for port, sources in self.op.connected_ports() for s in sources if isinstance(s, Tensor)]

    @cached_property
    def values(self) -> list[Array]:
        """What the operation read, input by input."""
        found: list[Array] = []
        for place, source in enumerate(self.op.inputs):
            value = self.step.read_value(self.op, place)
            if value is None and self.ports[place] in self.op.declaration.shape_only_inputs and source.shape.is_known:
                assert source.dtype is not None
                value = np.zeros(source.shape.known(), source.dtype.numpy)
            if value is None:
                raise not_yet(source)
            found.append(np.asarray(value))
        return found

    def is_shape_only(self, place: int) -> bool:
        return self.ports[place] in self.op.declaration.shape_only_inputs

    def alone(self, moves_numbers: Sequence[bool] = ()) -> LocalModel | None:
        """The operation by itself, with the values that it read."""
        return local_model(self.op, self.values, moves_numbers)

    def input_element(self, place: int, index: Index) -> Element:
        """An element that the operation read."""
        source = self.op.inputs[place]
        kind = Kind.BEFORE if source.op.type == "Variable" else Kind.VALUE
        return self.naming.element(source, index, self.values[place][index], kind)

    def factors(self, place: int, row: Array) -> TermGroup:
        """A term for each element of an input whose local derivative, given by ``row``, is not 0."""
        return weighted(row, lambda index, factor: Term((self.input_element(place, index),), factor))

    def sum_of(
        self, groups: Sequence[TermGroup], formula: str = "", numbers: str = "", note: str = ""
    ) -> ElementReason:
        """The reason of a sum: written out where no formula is given."""
        terms, unlisted, rest = listed(groups)
        count = len(terms) + unlisted
        common, inner = _common_factor(terms)
        formula = formula or enclosed(common, summed([_names(term) for term in inner], count))
        numbers = numbers or enclosed(common, summed([_numbers(term) for term in inner], count))
        return self.reason(How.SUM, formula, numbers, terms, unlisted, rest, note)

    def function_of(self, groups: Sequence[TermGroup], formula: str = "", numbers: str = "") -> ElementReason:
        """The reason of a function, with the local derivatives as factors."""
        terms, unlisted, _ = listed(groups)
        return self.reason(How.FUNCTION, formula or self.op.declaration.formula, numbers, terms, unlisted)

    def depending_on(
        self, elements: Sequence[Element], formula: str = "", numbers: str = "", note: str = "", unlisted: int = 0
    ) -> ElementReason:
        """The reason of what no derivative leads through."""
        terms, more, _ = listed([single(Term((element,))) for element in elements])
        formula = formula or self.op.declaration.formula
        return self.reason(How.DEPENDS, formula, numbers, terms, unlisted + more, note=note)

    def given(self, note: str) -> ElementReason:
        """The reason of what was not computed from other numbers."""
        return self.reason(How.GIVEN, "", "", note=note)

    def reason(
        self,
        how: How,
        formula: str,
        numbers: str,
        terms: tuple[Term, ...] = (),
        unlisted: int = 0,
        rest: float = 0.0,
        note: str = "",
    ) -> ElementReason:
        left, value = self.element.latex, number(self.element.value)
        becomes = r"\leftarrow" if self.op.type in WRITES else "="
        return ElementReason(
            element=self.element,
            how=how,
            operation=self.op.type,
            formula=f"{left} {becomes} {formula}" if formula else "",
            numbers=f"{left} = {numbers} = {value}" if numbers and numbers != value else f"{left} = {value}",
            terms=terms,
            unlisted=unlisted,
            rest=rest,
            note=note,
            see_also=self._gradient_here(),
        )

    def _gradient_here(self) -> tuple[Element, ...]:
        """The gradient that this value is, so that the chain rule can be looked at."""
        forward = self.naming.gradient_of.get(self.tensor)
        return () if forward is None else (self.naming.element(forward, self.index, self.value, Kind.GRADIENT),)


def present(step: ObservedStep, tensor: Tensor) -> Array:
    """The tensor's value. Raises InvalidArgumentError while it has none."""
    value = step.value(tensor)
    if value is None:
        raise not_yet(tensor)
    return np.asarray(value)


def not_yet(tensor: Tensor) -> InvalidArgumentError:
    name = tensor.op.node_name
    what = "gradient" if tensor.op.phase == "backward" else "update" if tensor.op.phase == "update" else "value"
    return InvalidArgumentError(
        f"The {what} at {name} is not computed yet in this step; step on until {tensor.op.name} has run.", name
    )


def check_index(tensor: Tensor, value: Array, index: Index) -> None:
    """Raises InvalidArgumentError for an element that the value does not have."""
    if len(index) != value.ndim or any(not 0 <= i < size for i, size in zip(index, value.shape, strict=True)):
        name = tensor.op.node_name
        raise InvalidArgumentError(
            f"{name} has shape {list(value.shape)} in this step and no element {list(index)}; choose another one.", name
        )


def _common_factor(terms: Sequence[Term]) -> tuple[float, Sequence[Term]]:
    """The factor that all terms of a sum share, and the terms without it."""
    factors = {term.factor for term in terms}
    if len(terms) < 2 or len(factors) != 1 or None in factors:
        return 1.0, terms
    (factor,) = factors
    return factor or 1.0, [replace(term, factor=1.0) for term in terms]


def _names(term: Term) -> str:
    product = r" \cdot ".join(element.latex for element in term.elements)
    return f"{_before(term)}{product}"


def _numbers(term: Term) -> str:
    if term.factor is None and term.contribution is not None:  # a share that is no multiple of the element
        return number(term.contribution)
    before = _before(term)
    if not before and len(term.elements) == 1:
        return number(term.elements[0].value)
    return f"{before}{numbers_of(term.elements)}"


def _before(term: Term) -> str:
    return "" if term.factor is None else coefficient(term.factor)
