"""The solved sizes of a graph, and how they are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import NamedTuple

from ..inference import infer_specs
from ..operation import Operation, Tensor
from ..problems import Problem, Severity
from ..shapes import TensorShape
from ..spec import TensorSpec
from .expression import Expression, SymbolicSize, size_text, symbols_of
from .specs import SymbolicSpec
from .symbols import is_given, place_of

#: What unknown sizes are called that nobody has named, in this order; the first one is most often a batch.
_LETTERS = "BNMKLPQRSTUVW"


@dataclass(frozen=True)
class Conflict:
    """What cannot be, whatever the symbols stand for."""

    op: Operation
    #: What is wired to it, with symbols.
    inputs: Mapping[Tensor, SymbolicSpec]
    #: Symbols that take part and are fixed, with the names of the nodes that have fixed them.
    reasons: Sequence[tuple[str, str]]
    #: A warning where the sizes could also be 1.
    severity: Severity
    #: Two sizes that can never be equal; None where the operation's own rule says what is wrong.
    unequal: tuple[Expression, Expression] | None = None


class Step(NamedTuple):
    """What follows at one operation, and from what."""

    changed_at: int
    inputs: tuple[SymbolicSpec | TensorSpec, ...]
    static: tuple[TensorSpec, ...]
    outputs: Sequence[SymbolicSpec]


class Dimensions:
    """The sizes of a graph's tensors, solved. Immutable.

    A size is a number, an expression of symbols, or None. Every symbol that is of use to a reader has a name: what a
    person calls it, or a letter where it stands in more than one tensor.
    """

    def __init__(
        self,
        specs: Mapping[Tensor, SymbolicSpec],
        values: Mapping[str, SymbolicSize],
        symbols: Sequence[str],
        reasons: Mapping[str, str],
        conflicts: Sequence[Conflict],
        steps: Mapping[Operation, Step],
    ) -> None:
        """``values`` has what each of ``symbols`` is equal to, None for those that stand for themselves."""
        self._sizes = {tensor: spec.sizes for tensor, spec in specs.items()}
        self._values = values
        self._reasons = reasons
        self._conflicts = conflicts
        #: What was found at each operation: the next solution begins with it.
        self.steps = steps
        self.names = _names(symbols, values, self._sizes)

    def sizes(self, tensor: Tensor) -> tuple[SymbolicSize, ...] | None:
        """The sizes of a tensor; None for an unknown rank."""
        static = tensor.spec.shape.dims
        found = self._sizes.get(tensor)
        # What was solved before an edit says nothing of another shape.
        if found is None or static is None or len(found) != len(static):
            return static
        return found if all(size in (None, other) for size, other in zip(static, found, strict=True)) else static

    def written(self, tensor: Tensor) -> tuple[str, ...] | None:
        """The sizes of a tensor as a person reads them, ? for what is not known; None for an unknown rank."""
        sizes = self.sizes(tensor)
        return None if sizes is None else tuple(size_text(size, self.names) for size in sizes)

    def written_shape(self, tensor: Tensor) -> str:
        """As a sentence has it: (B, 3)."""
        sizes = self.written(tensor)
        if sizes is None:
            return str(tensor.spec.shape)
        return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"

    def written_as(self, tensor: Tensor, shape: TensorShape) -> str:
        """A shape of a tensor as a sentence has it, with the names of the sizes where it is the one that was solved."""
        solved = self.sizes(tensor)
        if solved is None or shape.dims is None or len(solved) != len(shape.dims):
            return str(shape)
        agree = all(
            number in (size, static)
            for number, size, static in zip(shape.dims, solved, tensor.spec.shape.dims or (), strict=True)
        )
        return self.written_shape(tensor) if agree else str(shape)

    def value(self, name: str) -> SymbolicSize:
        """What a name that a person has given is equal to, if it does not stand for itself."""
        return self._values.get(name)

    def occurrences(self, symbol: str) -> list[Tensor]:
        """The tensors in whose shape a symbol stands."""
        return [tensor for tensor, sizes in self._sizes.items() if symbol in symbols_of(sizes or ())]

    def differing(self, before: Dimensions | None) -> list[Tensor]:
        """The tensors whose shapes are not written as they were before."""
        names = {} if before is None else before.names
        renamed = {name for name in self.names.keys() | names.keys() if self.names.get(name) != names.get(name)}
        had = {} if before is None else before._sizes
        found = []
        for tensor in self._sizes.keys() | had.keys():
            sizes = self._sizes.get(tensor)
            if sizes != had.get(tensor) or (renamed and not renamed.isdisjoint(symbols_of(sizes or ()))):
                found.append(tensor)
        return found

    def problems(self) -> list[Problem]:
        """What cannot be, as sentences that name the nodes and both shapes."""
        return [
            Problem(self._sentence(conflict), conflict.op.name, severity=conflict.severity)
            for conflict in self._conflicts
        ]

    def _sentence(self, conflict: Conflict) -> str:
        because = "".join(
            f" {self._symbol_text(name)} is {size_text(self._values[name], self.names)} because of {reason}."
            for name, reason in conflict.reasons
        )
        if conflict.unequal is None:
            return self._refusal(conflict) + because
        shapes = " and ".join(
            dict.fromkeys(f"{tensor.op.name} is {self.written_shape(tensor)}" for tensor in conflict.op.inputs)
        )
        first, second = (size_text(size, self.names) for size in conflict.unequal)
        return f"{first} and {second} would have to be equal at {conflict.op.name}, and never are: {shapes}.{because}"

    def _refusal(self, conflict: Conflict) -> str:
        """What the operation's rule says of its inputs, with the names of sizes."""
        numbers = {tensor: spec.assigned(tensor.spec, lambda size: None) for tensor, spec in conflict.inputs.items()}
        problem = infer_specs(conflict.op, lambda tensor: numbers.get(tensor, tensor.spec), dimensions=self)[1]
        return "" if problem is None else problem.message

    def _symbol_text(self, name: str) -> str:
        """A symbol that is not left, as a person knows it: by its name, or by the place where it begins."""
        if is_given(name):
            return name
        place = place_of(name)
        return f"axis {place.axis} of {place.node}"


def written_sizes(tensor: Tensor) -> tuple[str, ...] | None:
    """The sizes of a tensor as a person reads them, with names where its graph's are solved; None for any rank."""
    dimensions = tensor.graph.dimensions
    if dimensions is not None:
        return dimensions.written(tensor)
    dims = tensor.spec.shape.dims
    return None if dims is None else tuple(size_text(size, {}) for size in dims)


def _names(
    symbols: Sequence[str],
    values: Mapping[str, SymbolicSize],
    sizes: Mapping[Tensor, tuple[SymbolicSize, ...] | None],
) -> dict[str, str]:
    """Symbols and how they are written; those that stand in one tensor alone, and that nobody has named, are not."""
    occurring = Counter(chain.from_iterable(symbols_of(each or ()) for each in sizes.values()))
    given = {name for name in symbols if is_given(name)}
    letters = (name for name in chain(_LETTERS, (f"D{number}" for number in count(1))) if name not in given)
    names = {}
    for name in symbols:
        if name in given:
            names[name] = name
        elif values.get(name) is None and occurring[name] > 1:
            names[name] = next(letters)
    return names
