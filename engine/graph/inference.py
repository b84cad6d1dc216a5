"""Inferring dtypes and static shapes, operation by operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any

import numpy as np

from .dtypes import DType
from .errors import AttributeValueError, DTypeError, GraphError, ShapeError
from .muting import first_fitting, type_refusal
from .operation import Operation, Tensor
from .output import Output
from .problems import Problem
from .shapes import UNKNOWN_SHAPE, TensorShape
from .spec import UNKNOWN_SPEC, TensorSpec
from .tensorflow_types import tensorflow_type

if TYPE_CHECKING:
    from .graph import Graph
    from .symbolic.dimensions import Dimensions

SpecLookup = Callable[[Tensor], TensorSpec]
#: What is wired to each port.
Wiring = Mapping[str, Sequence[Output]]


def current_spec(tensor: Tensor) -> TensorSpec:
    return tensor.spec


class Inference:
    """What an operation's inference rule sees: its inputs' specs, its attributes, and words for errors.

    An input that is not wired has an unknown spec, so that rules need no special case for a graph that is being
    built.
    """

    __slots__ = ("_dimensions", "_lookup", "_wiring", "op")

    def __init__(
        self,
        op: Operation,
        lookup: SpecLookup = current_spec,
        wiring: Wiring | None = None,
        dimensions: Dimensions | None = None,
    ) -> None:
        """``dimensions`` are solved sizes, whose names errors use."""
        self.op = op
        self._dimensions = dimensions
        self._lookup = lookup
        self._wiring: Wiring = op.wiring if wiring is None else wiring

    def spec(self, port: str) -> TensorSpec:
        """What is known of the tensor at a port."""
        sources = self._wiring.get(port)
        if not sources:
            return UNKNOWN_SPEC
        source = sources[0]
        return self._lookup(source) if isinstance(source, Tensor) else UNKNOWN_SPEC

    def specs(self, port: str) -> list[TensorSpec]:
        """What is known of each tensor at a variadic port."""
        return [self._lookup(source) for source in self._wiring.get(port, ()) if isinstance(source, Tensor)]

    def spec_of(self, tensor: Tensor) -> TensorSpec:
        return self._lookup(tensor)

    def wired_specs(self) -> list[tuple[Output, TensorSpec]]:
        """All that is wired to the declared ports, in their order, with what is known of it."""
        return [
            (source, self._lookup(source) if isinstance(source, Tensor) else UNKNOWN_SPEC)
            for port in self.op.declaration.inputs
            for source in self._wiring.get(port.name, ())
        ]

    def value(self, port: str) -> np.ndarray[Any, Any] | None:
        """The static value of the tensor at a port: float64, NaN for unknown elements; None when nothing is known."""
        return self.spec(port).elements()

    def shape_value(self, port: str) -> TensorShape:
        """The shape that the tensor at a port stands for, as far as it is known; −1 is an unknown size."""
        spec = self.spec(port)
        elements = spec.elements()
        if elements is not None and elements.ndim == 1:
            return TensorShape(None if np.isnan(size) else int(size) for size in elements)
        rank = spec.shape.dims[0] if spec.shape.rank == 1 and spec.shape.dims else None
        return UNKNOWN_SHAPE if rank is None else TensorShape([None] * rank)

    def is_connected(self, port: str) -> bool:
        return bool(self._wiring.get(port))

    def source(self, port: str) -> Output | None:
        sources = self._wiring.get(port)
        return sources[0] if sources else None

    def attribute(self, name: str) -> Any:
        return self.op.attributes[name]

    def note_broadcast(self, result: TensorShape, *ports: str) -> None:
        """Called by rules that broadcast the ports' tensors to a shape; who asks for it looks at it there."""

    def describe(self, port: str) -> str:
        """A port's input in words: "W is (4, 2)"."""
        source = self.source(port)
        name = port if source is None else source.op.name
        return f"{name} is {self._written_shape(source, self.spec(port).shape)}"

    def _written_shape(self, source: Output | None, shape: TensorShape) -> str:
        """A shape, with the names of its sizes where they are solved."""
        if self._dimensions is None or not isinstance(source, Tensor):
            return str(shape)
        return self._dimensions.written_as(source, shape)

    def shape_error(self, message: str) -> ShapeError:
        return ShapeError(message, node=self.op.name)

    def dtype_error(self, message: str) -> DTypeError:
        return DTypeError(message, node=self.op.name)

    def same_dtype(self, *ports: str) -> DType | None:
        """The dtype that all the ports share, as far as it is known. Raises DTypeError when they differ."""
        first_port = ""
        dtype: DType | None = None
        for port in ports:
            theirs = self.spec(port).dtype
            if theirs is None:
                continue
            if dtype is None:
                dtype, first_port = theirs, port
            elif theirs is not dtype:
                raise self.dtype_error(
                    f"Input '{port}' of '{tensorflow_type(self.op.type)}' Op has type {theirs.name} that does not "
                    f"match type {dtype.name} of argument '{first_port}'. Put a Cast between them or change one dtype."
                )
        return dtype

    def require_float(self, port: str) -> DType | None:
        """The port's dtype, which must be a floating one. Raises DTypeError for any other."""
        return self.require(port, lambda dtype: dtype.is_floating, "float32 or float64")

    def require_number(self, port: str) -> DType | None:
        return self.require(port, lambda dtype: dtype.is_number, "a number")

    def require(self, port: str, accepts: Callable[[DType], bool], wanted: str) -> DType | None:
        dtype = self.spec(port).dtype
        if dtype is not None and not accepts(dtype):
            raise self.dtype_error(
                f"{self.op.type} needs {wanted} at '{port}', but {self._source_name(port)} is {dtype.name}. "
                "Put a Cast between them."
            )
        return dtype

    def _source_name(self, port: str) -> str:
        source = self.source(port)
        return port if source is None else source.op.name


def infer_specs(
    op: Operation,
    lookup: SpecLookup = current_spec,
    wiring: Wiring | None = None,
    dimensions: Dimensions | None = None,
) -> tuple[list[TensorSpec], Problem | None]:
    """The specs of an operation's outputs, or unknown ones and the problem that stands in the way.

    With ``dimensions`` the problem's sentence has the names of sizes in it.
    """
    node = Inference(op, lookup, wiring, dimensions)
    try:
        return inferred(node), None
    except (GraphError, DTypeError, AttributeValueError) as error:
        return [UNKNOWN_SPEC] * len(op.outputs), Problem(str(error), op.name)


def inferred(node: Inference) -> list[TensorSpec]:
    """The specs of an operation's outputs. Raises GraphError or DTypeError where its inputs do not fit."""
    if node.op.is_muted:
        passed = passed_on(node)
        return [UNKNOWN_SPEC] if passed is None else [node.spec_of(passed)]
    return _declared(node)


def passed_on(node: Inference) -> Tensor | None:
    """The input that a muted operation passes on; None where nothing is wired to it. Raises GraphError for no such."""
    refusal = type_refusal(node.op)
    if refusal:
        raise GraphError(refusal, node.op.name)
    try:
        output = _declared(node)[0]
    except (GraphError, DTypeError, AttributeValueError):
        # What it cannot compute is no reason not to pass something on: that may be why it is muted.
        output = UNKNOWN_SPEC
    return first_fitting(node.op, node.wired_specs(), output)


def _declared(node: Inference) -> list[TensorSpec]:
    """The specs of an operation's outputs by its type's own rule."""
    declaration = node.op.declaration
    result = declaration.infer(node)
    specs = [result] if isinstance(result, TensorSpec) else list(result)
    if declaration.static_value is not None and specs[0].value is None and specs[0].may_have_value:
        elements = declaration.static_value(node)
        if elements is not None:
            specs[0] = specs[0].with_value(np.asarray(elements))
    return specs


def infer_downstream(starts: Sequence[Operation]) -> set[Operation]:
    """Infers ``starts`` again and everything that follows from what changed. Returns the operations that changed.

    An operation counts as changed when the spec of an output or its problem did.
    """
    changed: set[Operation] = set()
    pending = _Pending(starts)
    for op in pending:
        specs, problem = infer_specs(op)
        different = [t for t, spec in zip(op.outputs, specs, strict=True) if t.spec != spec]
        if different or problem != op.problem:
            changed.add(op)
        for tensor, spec in zip(op.outputs, specs, strict=True):
            tensor.spec = spec
        op.problem = problem
        for tensor in different:
            pending.add(tensor.consumers())
    return changed


def simulate_downstream(
    start: Operation, wiring: Wiring, specs: Mapping[Tensor, TensorSpec] | None = None
) -> Problem | None:
    """The first new problem there would be if ``start`` were wired as ``wiring`` says; None when all is well.

    ``specs`` are those that other tensors would have then. Nothing is changed.
    """
    dimensions = start.graph.dimensions
    given = specs or {}
    overlay: dict[Tensor, TensorSpec] = dict(given)
    starts = {start: None} | {op: None for tensor in overlay for op in tensor.consumers()}

    def lookup(tensor: Tensor) -> TensorSpec:
        return overlay.get(tensor) or tensor.spec

    pending = _Pending(starts)
    for op in pending:
        if given and op is not start and any(tensor in given for tensor in op.outputs):
            continue
        found, problem = infer_specs(op, lookup, wiring if op is start else None, dimensions)
        if problem is not None:
            if op.problem is None or op is start:
                return problem
            continue
        for tensor, spec in zip(op.outputs, found, strict=True):
            if tensor.spec is not spec and tensor.spec != spec:
                overlay[tensor] = spec
                pending.add(tensor.consumers())
    return None


class _Pending:
    """The operations of a graph that wait to be inferred; those come first that depend on none of the others."""

    def __init__(self, starts: Iterable[Operation]) -> None:
        self._waiting = set(starts)
        self._is_settled = False
        if len(self._waiting) > 1:
            self._settle(next(iter(self._waiting)).graph)
        self._heap = [_entry(op) for op in self._waiting]
        heapify(self._heap)

    def add(self, ops: Iterable[Operation]) -> None:
        for op in ops:
            if op not in self._waiting:
                self._settle(op.graph)
                self._waiting.add(op)
                heappush(self._heap, _entry(op))

    def _settle(self, graph: Graph) -> None:
        """Before the first time that it matters which of several operations comes first."""
        if not self._is_settled:
            graph.settle_ranks()
            self._is_settled = True

    def __iter__(self) -> Iterator[Operation]:
        while self._heap:
            op = heappop(self._heap)[-1]
            self._waiting.remove(op)
            yield op


def _entry(op: Operation) -> tuple[float, int, Operation]:
    return op.rank, op.number, op
