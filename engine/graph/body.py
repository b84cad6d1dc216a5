"""The body of a loop or a branch: a graph of its own, with inputs and outputs, that an operation runs.

What a body takes from the graph around it is captured: it becomes an input of the body, and a wire to the operation
that runs it. A variable that the body changes is not captured as a value; the body holds a stand-in for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .convert import as_output
from .declaration import PortKind
from .errors import GraphError
from .graph import Graph
from .inference import Inference, inferred
from .operation import Operation, Tensor
from .output import Output
from .spec import TensorSpec
from .walk import postorder


@dataclass(frozen=True, eq=False)
class Body:
    """A graph that is run with values for ``inputs`` and gives ``outputs``."""

    graph: Graph
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    #: Stand-ins for variables of the graph around it that the body changes.
    variables: tuple[Operation, ...] = ()

    def __str__(self) -> str:
        count = len(self.graph)
        return f"{count} operation{'' if count == 1 else 's'}"

    def infer(self, specs: Sequence[TensorSpec]) -> list[TensorSpec]:
        """The specs of the outputs when the inputs have these. Raises GraphError or DTypeError where they clash."""
        # Of an input that is not wired yet its own placeholder says what is known.
        known: dict[Tensor, TensorSpec] = dict(zip(self.inputs, specs, strict=False))

        def lookup(tensor: Tensor) -> TensorSpec:
            return known.get(tensor, tensor.spec)

        for op in postorder([output.op for output in self.outputs], lambda op: [source.op for source in op.inputs]):
            if any(source in known for source in op.inputs):
                known.update(zip(op.outputs, inferred(Inference(op, lookup)), strict=True))
        return [lookup(output) for output in self.outputs]


class BodyGraph(Graph):
    """A graph under construction inside another one; tensors from outside are captured when they are used."""

    def __init__(self, outer: Graph) -> None:
        super().__init__()
        self.outer = outer
        #: What was captured, in order, and the input that stands for it.
        self.captured: dict[Tensor, Tensor] = {}
        #: The variables that the body changes, and the stand-ins for them.
        self.changed: dict[Tensor, Operation] = {}

    def input(self, spec: TensorSpec, name: str) -> Tensor:
        """A new input of the body."""
        attributes = {"dtype": spec.dtype, "shape": spec.shape}
        placeholder = self.create("Placeholder", attributes=attributes, base_name=name).output
        placeholder.spec = spec
        return placeholder

    def capture(self, output: Output, kind: PortKind = PortKind.TENSOR) -> Output:
        """What stands in the body for an output of a graph around it."""
        if not isinstance(output, Tensor) or not self.is_inside(output.graph):
            return super().capture(output, kind)
        assert self.outer is not None
        if output.graph is not self.outer:
            outer = self.outer.capture(output, kind)
            assert isinstance(outer, Tensor)
            output = outer
        if output in self.changed:
            return self.changed[output].output
        if kind is PortKind.VARIABLE:
            return self._stand_in(output)
        if output not in self.captured:
            self.captured[output] = self._input_for(output)
        return self.captured[output]

    def _input_for(self, output: Tensor) -> Tensor:
        with self.name_scope(None):
            return self.input(output.spec, output.op.name)

    def _stand_in(self, variable: Tensor) -> Tensor:
        op = variable.op
        if op.type != "Variable":
            raise GraphError(f"{op.name} is a {op.type}, not a Variable; a body can change Variables only.", op.name)
        with self.name_scope(None):
            copy = self.add_copy(op)
        copy.output.spec = variable.spec
        self.changed[variable] = copy
        return copy.output

    def body(self, inputs: Sequence[Tensor], outputs: Sequence[object]) -> Body:
        """The finished body: the given inputs, then one for everything that was captured."""
        results = [as_output(self, output) for output in outputs]
        tensors = tuple(result for result in results if isinstance(result, Tensor))
        return Body(self, (*inputs, *self.captured.values()), tensors, tuple(self.changed.values()))


def copied(body: Body, outer: Graph) -> tuple[BodyGraph, dict[Tensor, Tensor]]:
    """A copy of a body's graph that can be added to, and what stands for its tensors there."""
    graph = BodyGraph(outer)
    tensors: dict[Output, Output] = {}
    for op in postorder(body.graph.get_operations(), lambda op: op.graph.predecessors(op)):
        copy = graph.add_copy(
            op, {port: [tensors[source] for source in sources] for port, sources in op.connected_ports()}
        )
        for old, new in zip(op.outputs, copy.outputs, strict=True):
            new.spec = old.spec
            tensors[old] = new
        tensors[op.done] = copy.done
    return graph, {old: new for old, new in tensors.items() if isinstance(old, Tensor) and isinstance(new, Tensor)}
