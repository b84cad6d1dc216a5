"""Operations and what flows out of them: the nodes and the ends of the wires of a graph."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .arithmetic import Arithmetic
from .declaration import AFTER, DONE, GradientRule, NodeKind, OpDeclaration, PortKind
from .dtypes import DType
from .errors import ShapeError
from .output import Output, Step
from .problems import Problem
from .registered_gradients import registered_gradient
from .shapes import TensorShape
from .spec import UNKNOWN_SPEC, TensorSpec
from .tensorflow_types import tensorflow_type

if TYPE_CHECKING:
    from ..encoding.graph_def import NodeDef
    from .graph import Graph


class OpDef(NamedTuple):
    """What a type of operation is, as programs ask for it."""

    name: str
    input_arg: tuple[str, ...]
    output_arg: tuple[str, ...]


#: Public for the engine's other parts, and no names of TensorFlow's.
_FOR_THE_ENGINE = frozenset({"kind", "port", "spec"})


class Tensor(Output, Arithmetic):
    """The value that an operation gives when the graph runs. Compared by identity.

    Arithmetic on tensors adds operations to their graph: ``W * x + b``.
    """

    __slots__ = ("spec", "value_index")

    def __init__(self, op: Operation, port: str, value_index: int, kind: PortKind = PortKind.TENSOR) -> None:
        self.op = op  # as Output's own, without the call: every operation makes some
        self.port = port
        self.kind = kind
        self.value_index = value_index
        self.spec: TensorSpec = UNKNOWN_SPEC

    @property
    def name(self) -> str:
        """``operation:index``, TensorFlow's name for a tensor."""
        return f"{self.op.name}:{self.value_index}"

    @property
    def dtype(self) -> DType | None:
        return self.spec.dtype

    @property
    def shape(self) -> TensorShape:
        return self.spec.shape

    @property
    def device(self) -> str:
        return self.op.device

    def get_shape(self) -> TensorShape:
        return self.spec.shape

    def set_shape(self, shape: object) -> None:
        """Adds to what is known of the shape. Raises ShapeError when it contradicts what is known."""
        try:
            self.spec = self.spec.with_shape(self.spec.shape.merge_with(shape))
        except ShapeError as error:
            raise ShapeError(f"{self.name}: {error} Change what gives it its shape.", self.op.name) from None

    def consumers(self) -> list[Operation]:
        """The operations that this tensor is wired to."""
        return [
            op
            for op in self.graph.successors(self.op)
            for sources in op.wiring.values()
            for source in sources
            if source is self
        ]

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The tensor's value in ``session`` or the default session."""
        return self.graph.evaluate(self, feed_dict, session)

    def __str__(self) -> str:
        dtype = "?" if self.dtype is None else self.dtype.name
        shape = "" if self.shape.dims is None else f", shape={self.shape}"
        device = f", device={self.device}" if self.device else ""
        return f'Tensor("{self.name}"{shape}, dtype={dtype}{device})'

    #: The operators that tensors have.
    OVERLOADABLE_OPERATORS = frozenset(
        f"__{name}__"
        for name in (
            *("add", "radd", "sub", "rsub", "mul", "rmul", "div", "rdiv", "truediv", "rtruediv", "floordiv"),
            *("rfloordiv", "mod", "rmod", "pow", "rpow", "matmul", "rmatmul", "and", "rand", "or", "ror"),
            *("xor", "rxor", "invert", "neg", "abs", "lt", "le", "gt", "ge", "getitem"),
        )
    )

    def __dir__(self) -> list[str]:
        """What programs may use: TensorFlow's names."""
        return [name for name in super().__dir__() if name not in _FOR_THE_ENGINE]

    def __repr__(self) -> str:
        dtype = "?" if self.dtype is None else self.dtype.name
        return f"<tf.Tensor {self.name!r} shape={self.shape} dtype={dtype}>"

    def __bool__(self) -> bool:
        raise TypeError(
            "using a `tf.Tensor` as a Python `bool` is not allowed: it has no value until a session runs it. "
            f"Choose in the graph with tf.cond or tf.where, fetch {self.name} with Session.run, or compare with "
            "`is None`."
        )

    def __iter__(self) -> Iterator[Tensor]:
        raise TypeError(
            "Tensor objects are only iterable when eager execution is enabled. To iterate over this tensor use "
            f"tf.map_fn, or tf.unstack where its size is known; {self.name} has no value until a session runs it."
        )

    __hash__ = Output.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class Operation:
    """A node of a graph: a type, a name, attributes, and wires at its ports.

    Made and changed through :class:`~engine.graph.graph.Graph` only.
    """

    __slots__ = (
        "__weakref__",
        "_done",
        "_name",
        "attributes",
        "changed_at",
        "declaration",
        "device",
        "extra",
        "gradient_name",
        "graph",
        "handle",
        "is_muted",
        "made_at",
        "number",
        "origin",
        "outputs",
        "phase",
        "problem",
        "rank",
        "wiring",
    )

    def __init__(
        self, graph: Graph, declaration: OpDeclaration, name: str, attributes: dict[str, Any], number: int
    ) -> None:
        self.graph = graph
        self.declaration = declaration
        self._name = name
        self.attributes = attributes
        #: Position in the order in which the graph's operations were made.
        self.number = number
        #: Grows along every wire; see :mod:`~engine.graph.order`.
        self.rank = float(number)
        #: The graph's version with which it was last given other wires, another attribute or another name.
        self.changed_at = 0
        self.device = ""
        #: What stands in the file and this version does not know, as JSON texts by key, saved back unchanged: all
        #: of a node of unknown type.
        self.extra: dict[str, str] = {}
        #: The registered gradient that stands in the place of the declared one; "" for the declared one.
        self.gradient_name = ""
        #: Whether it passes an input on instead of computing anything; see :mod:`~engine.graph.muting`.
        self.is_muted = False
        #: The file and line of the program that made it; None for what no program made.
        self.made_at: tuple[str, int] | None = None
        #: Of a Variable: the object that programs hold on it, once there is one.
        self.handle: Any = None
        #: In a compiled graph: the operation of the person's graph that this one serves.
        self.origin: Operation | None = None
        #: In a compiled graph: "forward", "backward" or "update".
        self.phase = "forward"
        #: What inference found wrong with this operation, if anything.
        self.problem: Problem | None = None
        #: What is wired to each port, declared ports first; changed through the graph only.
        self.wiring: dict[str, tuple[Output, ...]] = declaration.unwired.copy()
        self._done: Step | None = None
        self.outputs: list[Tensor] = [
            Tensor(self, port.name, place, port.kind) for place, port in enumerate(declaration.tensor_ports(attributes))
        ]

    @property
    def done(self) -> Step:
        """That it has run: where control dependencies on it begin."""
        if self._done is None:
            self._done = Step(self, DONE.name, PortKind.STEP)
        return self._done

    def renew_outputs(self) -> list[Tensor]:
        """Gives it the outputs that its attributes ask for now. Returns those it had and has no more."""
        had = {tensor.port: tensor for tensor in self.outputs}
        self.outputs = [
            had.pop(port.name) if port.name in had else Tensor(self, port.name, place, port.kind)
            for place, port in enumerate(self.declaration.tensor_ports(self.attributes))
        ]
        return list(had.values())

    @property
    def name(self) -> str:
        return self._name

    @property
    def node_name(self) -> str:
        """The name of the person's node: in a compiled graph that of the node the operation serves."""
        return (self.origin or self)._name

    @property
    def type(self) -> str:
        return self.declaration.type

    @property
    def gradient(self) -> GradientRule | None:
        """How gradients go back through it: its declaration's rule, or the one that a program put in its place.

        None where they do not. Raises LookupError when nothing is registered under the name of the latter.
        """
        return registered_gradient(self.gradient_name) if self.gradient_name else self.declaration.gradient

    @property
    def kind(self) -> NodeKind:
        return self.declaration.kind

    @property
    def is_unknown(self) -> bool:
        return self.declaration.kind is NodeKind.UNKNOWN

    @property
    def output(self) -> Tensor:
        """The only tensor the operation gives."""
        return self.outputs[0]

    @property
    def inputs(self) -> list[Tensor]:
        """The tensors wired to the operation's ports, port by port."""
        return [source for sources in self.wiring.values() for source in sources if isinstance(source, Tensor)]

    @property
    def sources(self) -> list[Output]:
        """All that is wired to the operation, port by port: tensors and steps."""
        return [source for sources in self.wiring.values() for source in sources]

    @property
    def control_inputs(self) -> list[Operation]:
        """The operations that run before this one without giving it a value."""
        return [source.op for source in self.wiring.get(AFTER.name, ())]

    def inputs_of(self, port: str) -> Sequence[Output]:
        """What is wired to a port, in order; empty when nothing is."""
        return self.wiring.get(port, ())

    def input(self, port: str) -> Tensor | None:
        """The tensor wired to a port that takes one, or None."""
        sources = self.wiring.get(port)
        return sources[0] if sources and isinstance(sources[0], Tensor) else None

    def output_named(self, port: str) -> Output | None:
        """The output with this port name, "done" included, or None."""
        if port == DONE.name:
            return self.done
        return next((tensor for tensor in self.outputs if tensor.port == port), None)

    def connected_ports(self) -> list[tuple[str, Sequence[Output]]]:
        """The input ports that have wires, with what is wired to them."""
        return [(port, sources) for port, sources in self.wiring.items() if sources]

    @property
    def place_in_program(self) -> str:
        """``made in train.py, line 12``; "" for what no program made."""
        return "" if self.made_at is None else f"made in {os.path.basename(self.made_at[0])}, line {self.made_at[1]}"

    def values(self) -> tuple[Tensor, ...]:
        """The tensors that the operation gives."""
        return tuple(self.outputs)

    @property
    def node_def(self) -> NodeDef:
        """The operation as TensorFlow's message: its name, its type as TensorFlow calls it, inputs and attributes."""
        from .graph_def import node_def_of

        return node_def_of(self)

    @property
    def op_def(self) -> OpDef:
        """TensorFlow's name of the operation's type, with the names of its ports."""
        return OpDef(
            tensorflow_type(self.type),
            tuple(port.name for port in self.declaration.inputs),
            tuple(tensor.port for tensor in self.outputs),
        )

    @property
    def traceback(self) -> list[tuple[str, int]]:
        """The file and line of the program that made it; empty for what no program made."""
        return [] if self.made_at is None else [self.made_at]

    def colocation_groups(self) -> list[bytes]:
        """The operations that it stands beside: itself alone, as everything is computed in one place."""
        return [f"loc:@{self.name}".encode()]

    def get_attr(self, name: str) -> Any:
        """An attribute's value. Raises ValueError for a name the operation does not have."""
        if name not in self.attributes:
            raise ValueError(f"Operation {self.name!r} has no attr named {name!r}.")
        return self.attributes[name]

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Runs the operation in ``session`` or the default session."""
        self.graph.evaluate(self, feed_dict, session, "run")

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"
