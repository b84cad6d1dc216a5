"""What follows from symbolic inputs at one operation, by asking its rule for concrete sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from ..inference import infer_specs
from ..operation import Operation, Tensor
from ..problems import Problem
from ..spec import TensorSpec
from . import formulas
from .expression import Expression, SymbolicSize, as_expression, size_of
from .specs import Assignment, SymbolicSpec

#: Two sizes that differ, that nearly every divisor divides, and that no operation asks for by itself.
_ONE_SIZE, _OTHER_SIZE = 720 * 53, 720 * 59
#: Up to here each number is tried as the size that an operation asks for.
_MOST_TRIED = 128
#: Of more sizes than these, each is compared with the first one only.
_MOST_COMPARED = 10


class Equation(NamedTuple):
    """That two sizes are equal."""

    first: Expression
    second: Expression
    #: Whether the operation takes 1 for one of them, too: it broadcasts.
    may_be_one: bool


@dataclass
class Consequence:
    """What one operation says of its outputs, and asks of its inputs."""

    outputs: list[SymbolicSpec]
    equations: list[Equation] = field(default_factory=list)
    #: Whether something is wrong whatever the symbols stand for.
    is_wrong: bool = False
    #: Whether the operation takes sizes that have nothing in common.
    is_free: bool = True

    def replaced(self, replacements: Mapping[str, Expression]) -> Consequence:
        """With expressions in the place of symbols."""

        def change(size: SymbolicSize) -> SymbolicSize:
            return size_of(size.replaced(replacements)) if isinstance(size, Expression) else size

        return Consequence(
            [spec.replaced(change) for spec in self.outputs],
            [
                Equation(
                    each.first.replaced(replacements),
                    as_expression(each.second).replaced(replacements),
                    each.may_be_one,
                )
                for each in self.equations
            ],
            self.is_wrong,
            self.is_free,
        )


def consequence(op: Operation, inputs: Mapping[Tensor, SymbolicSpec]) -> Consequence:
    """What follows at ``op`` from symbolic inputs; outputs of which nothing is found are as without symbols."""
    return _Propagation(op, inputs).result()


class _Propagation:
    def __init__(self, op: Operation, inputs: Mapping[Tensor, SymbolicSpec]) -> None:
        self._op = op
        self._inputs = inputs
        self._symbols = sorted(frozenset().union(*(spec.symbols for spec in inputs.values())))
        self._static = [SymbolicSpec.of(tensor.spec) for tensor in op.outputs]
        #: The first answer of the rule: which outputs have how many sizes and elements.
        self._layout: list[TensorSpec] = []

    def result(self) -> Consequence:
        if not self._symbols:
            specs, problem = self._specs(lambda size: None)
            return Consequence(self._merged([SymbolicSpec.of(spec) for spec in specs]), is_wrong=problem is not None)
        probed = formulas.probe(self._symbols, self._rule)
        if probed is None:
            return self._refused()
        found = formulas.fitted(self._symbols, self._rule, *probed)
        return Consequence(self._merged(_unflat(found, self._layout)))

    # --- asking the rule -----------------------------------------------------------------------------------------

    def _rule(self, sizes: formulas.Sizes) -> formulas.Answer:
        """All sizes and elements of the outputs for sizes of the symbols."""
        specs = self._answered(lambda size: size.value(sizes))
        if specs is None:
            return None
        self._layout = self._layout or specs
        return _flat(specs, self._layout)

    def _specs(self, assign: Assignment) -> tuple[list[TensorSpec], Problem | None]:
        assigned = {tensor: spec.assigned(tensor.spec, assign) for tensor, spec in self._inputs.items()}
        return infer_specs(self._op, lambda tensor: assigned.get(tensor, tensor.spec))

    def _answered(self, assign: Assignment) -> list[TensorSpec] | None:
        """What the rule gives; None for an error."""
        try:
            specs, problem = self._specs(assign)
        except ValueError:
            return None
        return specs if problem is None else None

    def _takes(self, sizes: Mapping[Expression, int]) -> bool:
        """Whether the rule takes these sizes, with all others left open."""
        return self._answered(sizes.get) is not None

    # --- what comes out ------------------------------------------------------------------------------------------

    def _merged(self, found: Sequence[SymbolicSpec]) -> list[SymbolicSpec]:
        """What was found, where it is not known without symbols; a rank that is known by them alone is not."""
        merged = []
        for static, spec in zip(self._static, found, strict=True):
            if static.sizes is None or spec.sizes is None or len(static.sizes) != len(spec.sizes):
                merged.append(static)
                continue
            sizes = tuple(
                theirs if size is None else size for size, theirs in zip(static.sizes, spec.sizes, strict=True)
            )
            merged.append(
                SymbolicSpec(sizes, spec.value if static.value is None else _filled(static.value, spec.value))
            )
        return merged

    # --- what does not fit ---------------------------------------------------------------------------------------

    def _refused(self) -> Consequence:
        """Where no sizes fit that have nothing in common: which of them have to be equal."""
        if self._specs(lambda size: None)[1] is not None:
            return Consequence(self._static, is_wrong=True, is_free=False)
        sizes = list(dict.fromkeys(size for spec in self._inputs.values() for size in spec.all_sizes()))
        unknown = [size for size in sizes if isinstance(size, Expression)]
        fixed = [size for size in unknown if not self._takes({size: _ONE_SIZE})]
        equations = [equation for size in fixed if (equation := self._bound(size, sizes)) is not None]
        free = [size for size in unknown if size not in fixed]
        for first, second in _pairs(free):
            if not self._takes({first: _ONE_SIZE, second: _OTHER_SIZE}) and self._takes(
                {first: _ONE_SIZE, second: _ONE_SIZE}
            ):
                equations.append(Equation(first, second, self._takes({first: _ONE_SIZE, second: 1})))
        return Consequence(self._static, equations, is_free=False)

    def _bound(self, size: Expression, sizes: Sequence[SymbolicSize]) -> Equation | None:
        """The one number, 1 left aside, that the operation takes for a size."""
        tried = dict.fromkeys([*range(2, _MOST_TRIED), *self._suggested(sizes)])
        fitting = [number for number in tried if self._takes({size: number})]
        takes_one = self._takes({size: 1})
        if len(fitting) == 1:
            return Equation(size, as_expression(fitting[0]), takes_one)
        return Equation(size, as_expression(1), False) if takes_one and not fitting else None

    def _suggested(self, sizes: Sequence[SymbolicSize]) -> list[int]:
        """Numbers that stand in the shapes, and what is left of the elements of the output."""
        numbers = [size for size in sizes if isinstance(size, int)]
        for static in self._static:
            known = [size for size in static.sizes or () if isinstance(size, int)]
            numbers += known
            whole = _product(known)
            for spec in self._inputs.values():
                part = _product([size for size in spec.sizes or () if isinstance(size, int)])
                if part and whole % part == 0:
                    numbers.append(whole // part)
        return [number for number in numbers if number >= _MOST_TRIED]


def _pairs(sizes: Sequence[Expression]) -> list[tuple[Expression, Expression]]:
    if len(sizes) > _MOST_COMPARED:
        return [(sizes[0], other) for other in sizes[1:]]
    return list(combinations(sizes, 2))


def _product(sizes: Sequence[int]) -> int:
    product = 1
    for size in sizes:
        product *= size
    return product


def _flat(specs: Sequence[TensorSpec], like: Sequence[TensorSpec]) -> tuple[int | None, ...]:
    """All sizes and elements of outputs in a row; None for those of an output that is built otherwise than ``like``."""
    row: list[int | None] = []
    for spec, other in zip(specs, like, strict=True):
        for mine, theirs in ((spec.shape.dims, other.shape.dims), (spec.value, other.value)):
            if theirs is not None:
                row += mine if mine is not None and len(mine) == len(theirs) else [None] * len(theirs)
    return tuple(row)


def _unflat(found: Sequence[SymbolicSize], like: Sequence[TensorSpec]) -> list[SymbolicSpec]:
    specs, start = [], 0
    for spec in like:
        parts: list[tuple[SymbolicSize, ...] | None] = []
        for known in (spec.shape.dims, spec.value):
            if known is None:
                parts.append(None)
            else:
                parts.append(tuple(_number(size) for size in found[start : start + len(known)]))
                start += len(known)
        specs.append(SymbolicSpec(parts[0], parts[1]))
    return specs


def _number(size: SymbolicSize) -> SymbolicSize:
    constant = size.constant if isinstance(size, Expression) else None
    return size if constant is None else constant


def _filled(static: tuple[SymbolicSize, ...], found: tuple[SymbolicSize, ...] | None) -> tuple[SymbolicSize, ...]:
    if found is None or len(found) != len(static):
        return static
    return tuple(theirs if size is None else size for size, theirs in zip(static, found, strict=True))
