"""Gradients as the chain rule was applied: upstream gradient × local derivative, summed where paths join."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...graph import EngineError, InvalidArgumentError, Operation, Tensor
from ..observed_step import ObservedStep
from .elementwise import broadcast_index
from .families import ELEMENTWISE, SUMS_OF_PRODUCTS
from .inquiry import check_index, not_yet, present
from .latex import number, summed
from .local_model import LocalModel, local_model
from .naming import Naming
from .products import Pairing, factors_of, pairing, places_as_numbers
from .reason import Array, Element, ElementReason, How, Index, Kind, Term
from .terms import TermGroup, listed, picked, places_where, single


def explain_gradient(step: ObservedStep, naming: Naming, tensor: Tensor, index: Index) -> ElementReason:
    """Why the gradient of the loss to an element of a forward tensor is what it is.

    Raises InvalidArgumentError where no gradient flows back to it, or it is not computed yet.
    """
    gradient = step.gradient(tensor)
    if gradient is None:
        name = tensor.op.node_name
        raise InvalidArgumentError(
            f"No gradient of {naming.loss} flows back to {name}: no differentiable path leads from it to a trained "
            "variable and to the loss. Ask for its value instead.",
            name,
        )
    if tensor.shape.is_known:
        check_index(tensor, np.broadcast_to(0.0, tensor.shape.known()), index)
    is_held = step.place(gradient.op) is not None or step.value(gradient) is not None
    if is_held:
        check_index(tensor, present(step, gradient), index)
    groups: list[TermGroup] = []
    paths: list[str] = []
    for op in dict.fromkeys(step.graph.successors(tensor.op)):
        for place, source in enumerate(op.inputs):
            part = step.contribution(op, place) if source is tensor and op.phase == "forward" else None
            if part is not None:
                groups.append(_Path(step, naming, op, place, index).terms(part))
                paths.append(op.node_name)
    note = ""
    if tensor is step.loss:
        note = f"Every gradient begins here: {naming.loss} changes by 1 when it changes by 1."
    if len(paths) > 1:
        note = f"{len(paths)} paths join here, through {', '.join(paths)}: what comes back over each is added."
    if is_held:
        number_here = present(step, gradient)[index]
    else:
        number_here = sum(float(group.weights.sum()) for group in groups)
        note = (
            f"{note} No operation of the step computes this gradient: the update needs its parts or none of it.".strip()
        )
    element = naming.element(tensor, index, number_here, Kind.GRADIENT)
    # The tensor that holds it is called by its own name, to be told from the gradient that it is.
    holder = replace(naming.element(gradient, index, number_here), label=gradient.name)
    return _reason(naming, element, gradient.op, groups, (holder,) if is_held else (), note)


def _reason(
    naming: Naming, element: Element, op: Operation, groups: list[TermGroup], see_also: tuple[Element, ...], note: str
) -> ElementReason:
    terms, unlisted, rest = listed(groups)
    count = len(terms) + unlisted
    names = summed([_names(naming, element, term) for term in terms], count)
    numbers = summed([_numbers(term) for term in terms], count)
    value = number(element.value)
    return ElementReason(
        element=element,
        how=How.SUM if groups else How.GIVEN,
        operation=op.type,
        formula=f"{element.latex} = {names}" if groups else "",
        numbers=f"{element.latex} = {numbers} = {value}"
        if groups and numbers != value
        else f"{element.latex} = {value}",
        terms=terms,
        unlisted=unlisted,
        rest=rest,
        note=note,
        see_also=see_also,
    )


class _Path:
    """The way of the gradient back through one input of one operation."""

    def __init__(self, step: ObservedStep, naming: Naming, op: Operation, place: int, index: Index) -> None:
        self._step, self._naming, self._op, self._place, self._index = step, naming, op, place, index
        values = [step.read_value(op, number) for number in range(len(op.inputs))]
        self._values = [np.zeros(()) if value is None else np.asarray(value) for value in values]
        self._upstream = [self._gradient(tensor) for tensor in op.outputs]

    def _gradient(self, output: Tensor) -> Array | None:
        tensor = self._step.gradient(output)
        if tensor is None or self._step.value(tensor) is not None or self._step.place(tensor.op) is not None:
            return None if tensor is None else present(self._step, tensor)
        name = output.op.node_name
        raise InvalidArgumentError(
            f"No operation of the step computes the gradient at {name}, because the update of no trained variable "
            "needs it. Ask for the gradient of a node between a trained variable and the loss.",
            name,
        )

    def terms(self, part: Tensor) -> TermGroup:
        """Upstream gradient × local derivative, for each element of the results that depends on the element.

        Where the local derivatives cannot be told apart, the part of the gradient as a whole.
        """
        whole = self._step.value(part)
        if whole is None and self._step.place(part.op) is not None:
            raise not_yet(part)
        model = local_model(self._op, self._values)
        groups: list[TermGroup] = []
        try:
            columns = [] if model is None else self._columns(model)
        except (EngineError, ValueError):
            columns = []
        for output, column, paired in columns:
            upstream = self._upstream[output]
            if upstream is not None and column is not None:
                groups.append(self._group(output, upstream, column, paired))
        if whole is None:  # no operation of the step computes it
            return _joined(groups) if groups else single(Term((), None, 0.0, self._op.node_name))
        if not groups or not _adds_up(groups, float(whole[self._index])):
            element = self._naming.element(part, self._index, whole[self._index])
            term = Term((element,), None, float(element.value), self._op.node_name)
            return single(term)
        return _joined(groups)

    def _columns(self, model: LocalModel) -> list[tuple[int, Array | None, Pairing | None]]:
        """For each output its derivatives to the element, and for products which elements they are."""
        if self._op.type in SUMS_OF_PRODUCTS:
            operands = factors_of(model)
            if operands is not None and self._place in operands:
                other = operands[1] if self._place == operands[0] else operands[0]
                numbers = places_as_numbers(model.values[other].shape)
                told = model.column(self._place, self._index, self._upstream, {other: numbers})[0]
                paired = None if told is None else pairing(self._place, other, told, numbers.size)
                if told is not None and paired is not None:
                    column = np.zeros(told.shape)
                    partners = model.values[other].reshape(-1)[paired.partners]
                    column[tuple(paired.places.T)] = paired.signs * partners
                    return [(0, column, paired)]
        columns = model.column(self._place, self._index, self._upstream)
        if self._op.type in ELEMENTWISE:
            columns = [None if column is None else self._only_where_read(column) for column in columns]
        return [(number, column, None) for number, column in enumerate(columns)]

    def _only_where_read(self, column: Array) -> Array:
        """Elsewhere there are zeros, or what zero times infinity makes of them."""
        shape = self._values[self._place].shape
        reads = np.zeros(column.shape, bool)
        for place in np.ndindex(column.shape) if column.shape != shape else [self._index]:
            reads[place] = broadcast_index(place, shape) == self._index
        return np.where(reads, column, 0.0)

    def _group(self, output: int, upstream: Array, column: Array, paired: Pairing | None) -> TermGroup:
        places = places_where(column != 0) if paired is None else paired.places
        factors = picked(column, places).astype(float)
        with np.errstate(all="ignore"):
            contributions = factors * picked(upstream, places).astype(float)
        tensor = self._op.outputs[output]

        def make(k: int) -> Term:
            index: Index = tuple(map(int, places[k]))
            elements = [self._naming.element(tensor, index, upstream[index], Kind.GRADIENT)]
            if paired is not None:
                other = self._values[paired.second]
                partner: Index = tuple(map(int, np.unravel_index(paired.partners[k], other.shape)))
                source = self._op.inputs[paired.second]
                kind = Kind.BEFORE if source.op.type == "Variable" else Kind.VALUE
                elements.append(self._naming.element(source, partner, other[partner], kind))
            return Term(tuple(elements), float(factors[k]), float(contributions[k]), self._op.node_name)

        return TermGroup(make, contributions, True)


def _joined(groups: list[TermGroup]) -> TermGroup:
    """The terms of several outputs as those of one path."""
    starts = np.cumsum([0, *(group.weights.size for group in groups)])

    def make(k: int) -> Term:
        group = int(np.searchsorted(starts, k, side="right")) - 1
        return groups[group].make(int(k - starts[group]))

    return TermGroup(make, np.concatenate([group.weights for group in groups]), True)


def _adds_up(groups: list[TermGroup], value: float) -> bool:
    with np.errstate(all="ignore"):
        total = sum(float(group.weights.sum()) for group in groups)
        size = sum(float(np.abs(group.weights).sum()) for group in groups)
    if not np.isfinite(total) or not np.isfinite(value):
        return bool(np.isnan(total) == np.isnan(value))
    return abs(total - value) <= 1e-2 * size + 1e-30


def _names(naming: Naming, element: Element, term: Term) -> str:
    """∂ loss / ∂ y · ∂ y / ∂ x, or the gradient over a path as a whole."""
    if not term.elements:
        return "0"
    first = term.elements[0]
    if term.factor is None:
        return first.latex
    above, below = naming.latex_of(first), naming.latex_of(element)
    return rf"{first.latex} \cdot \frac{{\partial {above}}}{{\partial {below}}}"


def _numbers(term: Term) -> str:
    value = number(term.elements[0].value, in_product=True) if term.elements else "0"
    return value if term.factor is None else rf"{value} \cdot {number(term.factor, in_product=True)}"
