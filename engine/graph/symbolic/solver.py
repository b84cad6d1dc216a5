"""All unknown sizes of a graph at once: which are equal, which follow from others, and which cannot be."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..collector import collector_paused
from ..declaration import NodeKind
from ..operation import Operation, Tensor
from ..problems import Severity
from ..shapes import NamedShape
from ..spec import TensorSpec
from .dimensions import Conflict, Dimensions, Step
from .equations import Equations, Outcome, Reason
from .expression import Expression, SymbolicSize, symbol, symbols_of
from .propagation import Consequence, Equation, consequence
from .specs import SymbolicSpec
from .symbols import own_symbol

if TYPE_CHECKING:
    from ..graph import Graph

#: What was found out once for an operation and its inputs, in all graphs.
_remembered: dict[Hashable, Consequence] = {}
_MOST_REMEMBERED = 20_000


def solve_dimensions(graph: Graph, before: Dimensions | None = None) -> Dimensions:
    """The sizes of every tensor of the graph, and what contradicts itself. Nothing is changed.

    ``before`` is an earlier solution of the same graph: what has not changed since is taken from it.
    """
    if len(_remembered) > _MOST_REMEMBERED:
        _remembered.clear()
    with collector_paused():
        return _Solution(graph, {} if before is None else before.steps).dimensions()


#: Where symbols begin: sizes of data with a name and without one, and those of what operations give.
_NAMED, _DATA, _RESULT = range(3)


@dataclass
class _Origin:
    """Where a symbol begins."""

    #: Earlier ones stay, later ones are expressed by them.
    level: int
    place: int


class _Solution:
    """One solution under way."""

    def __init__(self, graph: Graph, steps_before: Mapping[Operation, Step]) -> None:
        self._graph = graph
        self._steps_before = steps_before
        self._steps: dict[Operation, Step] = {}
        self._origins: dict[str, _Origin] = {}
        self._equations = Equations(lambda name: (self._origins[name].level, self._origins[name].place))
        #: Those that are not as without symbols.
        self._symbolic: dict[Tensor, SymbolicSpec] = {}
        self._conflicts: list[Conflict] = []

    def dimensions(self) -> Dimensions:
        self._graph.settle_ranks()
        operations = self._graph.get_operations()
        for op in operations:
            if op.kind is NodeKind.PLACEHOLDER or op.type == "PlaceholderWithDefault":
                self._name_sizes(op)
        for op in sorted(operations, key=lambda op: (op.rank, op.number)):
            if op.problem is None:
                self._propagate(op)
        return Dimensions(
            {tensor: self._resolved(spec) for tensor, spec in self._symbolic.items()},
            {name: self._equations.value(name) for name in self._origins},
            sorted(self._origins, key=lambda name: (self._origins[name].level, self._origins[name].place)),
            {name: reason.node for name, reason in self._equations.reasons.items()},
            self._conflicts,
            self._steps,
        )

    def _resolved(self, spec: SymbolicSpec) -> SymbolicSpec:
        """A spec in the symbols that are left."""
        return spec.replaced(self._equations.resolved) if self._equations.concern(spec.symbols) else spec

    # --- where symbols begin -------------------------------------------------------------------------------------

    def _new_symbol(self, name: str, level: int) -> Expression:
        if name not in self._origins:
            self._origins[name] = _Origin(level, len(self._origins))
        return symbol(name)

    def _name_sizes(self, op: Operation) -> None:
        """Symbols for the sizes of data: what a person calls them, or one for each."""
        declared = op.attributes.get("shape")
        names = declared.names if isinstance(declared, NamedShape) else ()
        sizes = op.output.spec.shape.dims
        if sizes is None or None not in sizes:
            return
        named: list[SymbolicSize] = list(sizes)
        for axis, size in enumerate(sizes):
            if size is None:
                name = names[axis] if axis < len(names) else None
                named[axis] = (
                    self._new_symbol(name, _NAMED) if name else self._new_symbol(own_symbol(op.output, axis), _DATA)
                )
        self._symbolic[op.output] = SymbolicSpec(tuple(named))

    def _with_new_symbols(self, tensor: Tensor, spec: SymbolicSpec) -> SymbolicSpec:
        """Symbols for what follows from nothing."""
        if spec.sizes is None or None not in spec.sizes:
            return spec
        sizes = [
            self._new_symbol(own_symbol(tensor, axis), _RESULT) if size is None else size
            for axis, size in enumerate(spec.sizes)
        ]
        return SymbolicSpec(tuple(sizes), spec.value)

    # --- what follows --------------------------------------------------------------------------------------------

    def _propagate(self, op: Operation) -> None:
        if op.outputs and op.outputs[0] in self._symbolic:
            return  # a placeholder
        inputs = {tensor: self._resolved(self._symbolic[tensor]) for tensor in op.inputs if tensor in self._symbolic}
        if not inputs:
            if not all(tensor.spec.shape.is_known for tensor in op.outputs):
                self._record(op, [SymbolicSpec.of(tensor.spec) for tensor in op.outputs])
            return
        known = self._steps_before.get(op)
        if known is not None and known[:3] == self._sight(op, inputs):
            self._steps[op] = known
            self._record(op, known.outputs)
            return
        inputs, found = self._settled(op, inputs)
        if found.is_wrong:
            is_loose = any(reason.may_be_one for _, reason in self._fixed(op))
            severity = Severity.WARNING if is_loose else Severity.ERROR
            self._conflicts.append(Conflict(op, inputs, self._reasons_of(op), severity))
        elif found.is_free:
            self._steps[op] = Step(*self._sight(op, inputs), found.outputs)
        self._record(op, found.outputs)

    def _sight(
        self, op: Operation, inputs: Mapping[Tensor, SymbolicSpec]
    ) -> tuple[int, tuple[SymbolicSpec | TensorSpec, ...], tuple[TensorSpec, ...]]:
        """All on which depends what follows at an operation."""
        return (
            op.changed_at,
            tuple([inputs.get(tensor, tensor.spec) for tensor in op.inputs]),
            tuple([tensor.spec for tensor in op.outputs]),
        )

    def _settled(
        self, op: Operation, inputs: dict[Tensor, SymbolicSpec]
    ) -> tuple[dict[Tensor, SymbolicSpec], Consequence]:
        """What follows once all that the operation asks for has been taken in."""
        while True:
            inputs = {tensor: self._resolved(spec) for tensor, spec in inputs.items()}
            found = self._consequence(op, inputs)
            outcomes = [self._take_in(op, equation) for equation in found.equations]
            if Outcome.SOLVED not in outcomes:
                return inputs, found

    def _take_in(self, op: Operation, equation: Equation) -> Outcome:
        first, second, is_loose = equation
        if is_loose and any(self._origins[name].level == _RESULT for name in symbols_of((first, second))):
            return Outcome.OPEN  # a person chooses data that is not broadcast; what comes out is as it comes
        outcome = self._equations.equate(first, second, Reason(op.name, is_loose))
        if outcome is Outcome.CONTRADICTION:
            severity = Severity.WARNING if is_loose else Severity.ERROR
            conflict = Conflict(op, {}, self._reasons_of(op), severity, (first, second))
            if conflict not in self._conflicts:
                self._conflicts.append(conflict)
        return outcome

    def _reasons_of(self, op: Operation) -> list[tuple[str, str]]:
        """Symbols of what is wired to an operation that others have fixed, with the names of those."""
        return [(name, reason.node) for name, reason in self._fixed(op)]

    def _fixed(self, op: Operation) -> list[tuple[str, Reason]]:
        names = frozenset().union(*(self._symbolic[t].symbols for t in op.inputs if t in self._symbolic))
        return [(name, reason) for name in sorted(names) if (reason := self._equations.reasons.get(name))]

    def _record(self, op: Operation, specs: Iterable[SymbolicSpec]) -> None:
        for tensor, spec in zip(op.outputs, specs, strict=True):
            if spec.sizes is None and spec.value is None:
                continue
            named = self._with_new_symbols(tensor, spec)
            if named.symbols or named.sizes != tensor.spec.shape.dims or named.value != tensor.spec.value:
                self._symbolic[tensor] = named

    def _consequence(self, op: Operation, inputs: dict[Tensor, SymbolicSpec]) -> Consequence:
        """What follows at an operation, worked out or remembered."""
        signature = _signature(op, inputs)
        found = None if signature is None else _remembered.get(signature)
        if found is None:
            found = self._worked_out(op, inputs)
            if signature is not None:
                _remembered[signature] = found
        return found

    def _worked_out(self, op: Operation, inputs: dict[Tensor, SymbolicSpec]) -> Consequence:
        """What follows: first as if sizes that are written differently had nothing in common.

        So ``(H − 1) // 2`` is one size to the operation, whatever H is.
        """
        sizes = dict.fromkeys(
            size for spec in inputs.values() for size in spec.all_sizes() if isinstance(size, Expression)
        )
        if all(size.is_symbol for size in sizes):
            return consequence(op, inputs)
        stand_ins = {size: symbol(f"#{place}") for place, size in enumerate(sizes)}

        def stand_in(size: SymbolicSize) -> SymbolicSize:
            return stand_ins[size] if isinstance(size, Expression) else size

        found = consequence(op, {tensor: spec.replaced(stand_in) for tensor, spec in inputs.items()})
        if not found.is_free:
            related = consequence(op, inputs)
            if related.is_free:
                return related
        return found.replaced({f"#{place}": size for place, size in enumerate(sizes)})


def _signature(op: Operation, inputs: dict[Tensor, SymbolicSpec]) -> Hashable | None:
    """All that the rule of an operation can see; None where it may see more: another operation, an array, a graph."""
    seen: list[Any] = [op.type, op.is_muted]
    for value in op.attributes.values():
        if isinstance(value, np.ndarray) or not isinstance(value, Hashable):
            return None
        seen.append(value)
    for port, sources in op.wiring.items():
        seen.append(port)
        for source in sources:
            if not isinstance(source, Tensor) or source.spec.dtype is None:
                return None
            seen.append((source.spec.dtype, inputs.get(source) or (source.spec.shape.dims, source.spec.value)))
    seen += [(tensor.port, tensor.spec) for tensor in op.outputs]
    return tuple(seen)
