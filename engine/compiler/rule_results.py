"""Applying gradient rules: what a rule has built once is copied where all that it could see is the same again.

A deep model is made of few kinds of operations. A rule sees specs, attributes and which tensors are the same, so it
builds the same nodes for every operation of a kind; copies of these need not be checked, named and inferred again.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from ..graph import AttributeKind, DType, Graph, Operation, Tensor, TensorShape, TensorSpec

#: Where a tensor stands among those a rule has seen and those it has made.
_Place = int

#: Attributes of these types are the same for a rule when they are equal. (0.0 and -0.0 are equal floats.)
_COMPARABLE = (bool, int, str, DType, TensorShape, type(None))


@dataclass(frozen=True)
class _Built:
    """An operation that a rule has built, and the places of the tensors at its ports."""

    op: Operation
    #: What stands behind the scope's prefix in its name.
    name: str
    sources: list[tuple[str, list[_Place]]]


@dataclass(frozen=True)
class _Result:
    """All operations that a rule has built, and the places of the gradients that it returned."""

    built: list[_Built]
    gradients: list[_Place | None]


class RuleResults:
    """Applies gradient rules in one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._results: dict[Hashable, _Result] = {}
        #: A number for each spec, by its value and (much faster) by its identity; the latter keeps it alive.
        self._numbers: dict[TensorSpec, int] = {}
        self._known: dict[int, tuple[TensorSpec, int]] = {}

    def apply(self, op: Operation, gradients: Sequence[Tensor | None]) -> Sequence[Tensor | None]:
        """The gradients to the inputs of ``op`` from those to its outputs, as new operations in a scope of its name."""
        prefix = f"gradients/{op.name}_grad/"
        seen = [*op.inputs, *op.outputs, *(gradient for gradient in gradients if gradient is not None)]
        # In a scope that was used before, the rule would give other names.
        key = self._key(op, gradients, seen) if self._graph.claim_scope(prefix) else None
        known = None if key is None else self._results.get(key)
        if known is not None:
            return self._copied(known, seen, op, prefix)
        first, seeds = self._graph.next_number, self._graph.seeds_given
        rule = op.gradient
        assert rule is not None
        with self._graph.origin(op, "backward"), self._graph.name_scope(prefix):
            returned = rule(op, *gradients)
        if key is not None and self._graph.seeds_given == seeds:
            result = _result(self._graph.made_since(first), returned, seen, prefix)
            if result is not None:
                self._results[key] = result
        return returned

    def _key(self, op: Operation, gradients: Sequence[Tensor | None], seen: Sequence[Tensor]) -> Hashable:
        """All that a rule can see; None where that cannot be compared, or a program has written the rule."""
        if op.gradient_name or op.declaration.has_bodies:
            return None
        for value in op.attributes.values():
            if not isinstance(value, _COMPARABLE):
                return None
        first: dict[Tensor, int] = {}
        return (
            id(op.declaration),
            tuple(op.attributes.values()),
            tuple([(port, len(sources)) for port, sources in op.wiring.items()]),
            tuple([gradient is None for gradient in gradients]),
            tuple([first.setdefault(tensor, place) for place, tensor in enumerate(seen)]),
            tuple([self._number(tensor.spec) for tensor in seen]),
        )

    def _number(self, spec: TensorSpec) -> int:
        known = self._known.get(id(spec))
        if known is None:
            known = self._known[id(spec)] = (spec, self._numbers.setdefault(spec, len(self._numbers)))
        return known[1]

    def _copied(self, result: _Result, seen: Sequence[Tensor], op: Operation, prefix: str) -> Sequence[Tensor | None]:
        tensors = list(seen)
        for built in result.built:
            wiring = {port: [tensors[place] for place in places] for port, places in built.sources}
            copy = self._graph.add_copy(built.op, wiring, f"{prefix}{built.name}")
            copy.origin = op.origin or op
            for tensor, like in zip(copy.outputs, built.op.outputs, strict=True):
                tensor.spec = like.spec
                tensors.append(tensor)
        return [None if place is None else tensors[place] for place in result.gradients]


def _result(
    made: Sequence[Operation], returned: Sequence[Tensor | None], seen: Sequence[Tensor], prefix: str
) -> _Result | None:
    """What a rule has done, to be copied; None where that has to do with more than what it has ``seen``."""
    places: dict[object, _Place] = {}
    for place, tensor in enumerate(seen):
        places.setdefault(tensor, place)
    count = len(seen)
    built = []
    for op in made:
        is_alone = all(source in places for source in op.sources) and op.name.startswith(prefix)
        if not is_alone or any(attribute.kind is AttributeKind.GRAPH for attribute in op.declaration.attributes):
            return None
        sources = [(port, [places[source] for source in wired]) for port, wired in op.connected_ports()]
        built.append(_Built(op, op.name.removeprefix(prefix), sources))
        for tensor in op.outputs:
            places[tensor] = count
            count += 1
    if not all(gradient is None or gradient in places for gradient in returned):
        return None
    return _Result(built, [None if gradient is None else places[gradient] for gradient in returned])
