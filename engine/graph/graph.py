"""The graph: operations and the wires between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

import networkx as nx

from .convert import as_output
from .declaration import AFTER, InputPort, OpDeclaration, PortKind, declarations, get_declaration
from .default import SessionLike, default_graph, get_default_graph, get_default_session
from .errors import DTypeError, GraphError
from .inference import Inference, infer_downstream
from .operation import Operation, Output, Step, Tensor
from .problems import Problem
from .record import OperationRecord
from .suggest import instead

_VALID_NAME = re.compile(r"[^\W_.][\w.\-/]*|[.][\w.\-/]*|[\w][\w.\-/]*")


class Wire(NamedTuple):
    """A connection: what flows, and the port (and place in a variadic port) where it ends."""

    source: Output
    target: Operation
    port: str
    slot: int


class Graph:
    """Operations and wires, on a ``networkx.MultiDiGraph``.

    Nodes of :attr:`nx` are :class:`Operation` objects; an edge has the key ``(input port, slot)`` and the attribute
    ``output``, the :class:`Output` that flows along it. A graph may be incomplete while it is edited; completeness
    is asked for when it is compiled. It may never hold a cycle.
    """

    def __init__(self) -> None:
        self.nx: nx.MultiDiGraph[Operation] = nx.MultiDiGraph()
        self._operations: dict[str, Operation] = {}
        self._names_taken: dict[str, int] = {}
        self._scope = ""
        self._next_number = 0
        self._origin: tuple[Operation, str] | None = None
        #: Grows with every change of what was there already; compiled plans of an older version are stale.
        #: Adding operations does not count: it leaves the plans of older ones right.
        self.version = 0
        #: Seed of the random operations; None means another sequence in every session.
        self.seed: int | None = None

    # --- looking -------------------------------------------------------------------------------------------------

    def get_operations(self) -> list[Operation]:
        """All operations in the order in which they were made."""
        return list(self._operations.values())

    def __len__(self) -> int:
        return len(self._operations)

    def __contains__(self, name: object) -> bool:
        return name in self._operations

    @property
    def next_number(self) -> int:
        """The number that the next operation gets: its place in the order of making."""
        return self._next_number

    def operation(self, name: str) -> Operation:
        """The operation with this name. Raises GraphError when there is none."""
        op = self._operations.get(name)
        if op is None:
            hint = instead(name, list(self._operations), limit=3) if self._operations else "; the graph is empty"
            raise GraphError(f"There is no node called {name!r}{hint}.")
        return op

    def get_operation_by_name(self, name: str) -> Operation:
        """As :meth:`operation`; raises KeyError with TensorFlow's words."""
        if name not in self._operations:
            raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")
        return self._operations[name]

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor called ``operation:index``. Raises ValueError for another form, KeyError for an unknown one."""
        op_name, separator, index = name.rpartition(":")
        if not separator or not index.isdigit():
            raise ValueError(
                f"The name {name!r} refers to an Operation, not a Tensor. "
                'Tensor names must be of the form "<op_name>:<output_index>".'
            )
        op = self._operations.get(op_name)
        if op is None or int(index) >= len(op.outputs):
            raise KeyError(f"The name {name!r} refers to a Tensor which does not exist.")
        return op.outputs[int(index)]

    def wires(self) -> Iterator[Wire]:
        """Every wire of the graph."""
        for op in self._operations.values():
            yield from self.wires_into(op)

    def wires_into(self, op: Operation) -> Iterator[Wire]:
        """The wires that end at an operation, port by port."""
        for port, sources in op.connected_ports():
            for slot, source in enumerate(sources):
                yield Wire(source, op, port, slot)

    def wires_from(self, output: Output) -> Iterator[Wire]:
        """The wires that begin at an output."""
        for _, target, (port, slot), data in self.nx.out_edges(output.op, keys=True, data=True):
            if data["output"] is output:
                yield Wire(output, target, port, slot)

    def wires_out_of(self, op: Operation) -> Iterator[Wire]:
        """The wires that begin at any output of an operation."""
        for _, target, (port, slot), data in self.nx.out_edges(op, keys=True, data=True):
            yield Wire(data["output"], target, port, slot)

    def successors(self, op: Operation) -> Iterator[Operation]:
        return iter(self.nx.succ[op])

    def ancestors(self, ops: Iterable[Operation]) -> set[Operation]:
        """The operations and everything they depend on."""
        found: set[Operation] = set(ops)
        stack = list(found)
        predecessors = self.nx.pred
        while stack:
            for op in predecessors[stack.pop()]:
                if op not in found:
                    found.add(op)
                    stack.append(op)
        return found

    def would_cycle(self, source: Operation, target: Operation) -> bool:
        """Whether a wire from ``source`` to ``target`` would close a circle."""
        return source is target or (bool(self.nx.succ[target]) and nx.has_path(self.nx, target, source))

    def problems(self) -> list[Problem]:
        """What is wrong with the operations and their wires, node by node."""
        found: list[Problem] = []
        for op in self._operations.values():
            if op.is_unknown:
                found.append(Problem(f"This version has no operation called {op.type}; delete or replace it.", op.name))
            if op.problem is not None:
                found.append(op.problem)
            for port in missing_ports(op):
                found.append(Problem(f"Nothing is wired to '{port.name}'; connect it.", op.name, port.name))
        return found

    # --- building ------------------------------------------------------------------------------------------------

    def as_default(self) -> AbstractContextManager[Graph]:
        """A with block in which new operations join this graph."""
        return default_graph(self)

    def unique_name(self, base: str) -> str:
        """A name no operation has: ``base`` in the current scope, with _1, _2 … behind it when it is taken."""
        full = f"{self._scope}{base}"
        if full not in self._operations and full not in self._names_taken:
            return full
        count = self._names_taken.get(full, 0)
        while True:
            count += 1
            name = f"{full}_{count}"
            if name not in self._operations and name not in self._names_taken:
                self._names_taken[full] = count
                return name

    @contextmanager
    def name_scope(self, name: str | None) -> Iterator[str]:
        """A with block in which names begin with ``name/``, made unique. Yields the prefix."""
        outer = self._scope
        if name:
            check_name(name.rstrip("/"))
            unique = name.rstrip("/") if name.endswith("/") else self.unique_name(name)
            self._names_taken.setdefault(unique, 0)
            self._scope = f"{unique}/"
        else:
            self._scope = ""
        try:
            yield self._scope
        finally:
            self._scope = outer

    @contextmanager
    def origin(self, op: Operation, phase: str) -> Iterator[None]:
        """A with block in which new operations remember that they serve ``op`` in ``phase``."""
        outer = self._origin
        self._origin = (op.origin or op, phase)
        try:
            yield
        finally:
            self._origin = outer

    def add(
        self, declaration: OpDeclaration | str, name: str | None = None, attributes: Mapping[str, Any] | None = None
    ) -> Operation:
        """Adds an operation without wires.

        ``name`` None takes the type's default name, made unique; a given name must be free. Attributes left out
        have their defaults. Raises GraphError for an unknown type or a bad or taken name, AttributeValueError for a
        bad attribute.
        """
        op = self._new_operation(_resolve(declaration), name, attributes or {})
        infer_downstream([op])
        return op

    def _new_operation(self, declaration: OpDeclaration, name: str | None, given: Mapping[str, Any]) -> Operation:
        attributes = declaration.default_attributes()
        for key, value in given.items():
            attribute = declaration.attribute(key)
            if attribute is None:
                known = [attribute.name for attribute in declaration.attributes]
                raise GraphError(f"{declaration.type} has no attribute called {key!r}{instead(key, known)}.")
            attributes[key] = attribute.convert(value)
        if name is None:
            name = self.unique_name(declaration.default_name or declaration.type)
        else:
            check_name(name)
            if name in self._operations:
                raise GraphError(f"There is already a node called {name!r}; choose another name.", name)
        op = Operation(self, declaration, name, attributes, self._next_number)
        self._next_number += 1
        if self._origin is not None:
            op.origin, op.phase = self._origin
        self._operations[name] = op
        self.nx.add_node(op)
        return op

    def add_copy(self, op: Operation) -> Operation:
        """Adds an operation like one of another graph, without wires; compiling starts from such copies.

        It has the same name, unless that is taken.
        """
        name = self.unique_name(op.name) if op.name in self._operations else op.name
        copy = Operation(self, op.declaration, name, dict(op.attributes), self._next_number)
        self._next_number += 1
        copy.origin = op.origin or op
        copy.phase = op.phase
        copy.device = op.device
        self._operations[name] = copy
        self.nx.add_node(copy)
        return copy

    def create(
        self,
        op_type: str,
        inputs: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None,
        name: str | None = None,
        base_name: str | None = None,
    ) -> Operation:
        """Adds an operation with its wires, as a program does: what does not fit is an error, and nothing is added.

        ``inputs`` maps ports to tensors, variables, or values (which become constants of the dtype of the other
        operands); variadic ports take lists. Raises ShapeError, DTypeError or GraphError.
        """
        declaration = _resolve(op_type)
        sources = self._converted_inputs(declaration, inputs or {})
        if name is not None:
            check_name(name)
        op = self._new_operation(
            declaration,
            self.unique_name(name or base_name or declaration.default_name or declaration.type),
            attributes or {},
        )
        for port, outputs in sources.items():
            for slot, source in enumerate(outputs):
                self._add_edge(source, op, port, slot)
            op._inputs[port] = outputs
        try:
            missing = missing_ports(op)
            if missing:
                raise GraphError(f"{op.type} {op.name!r} needs a value for {missing[0].name!r}; give it one.")
            result = declaration.infer(Inference(op))
        except (GraphError, DTypeError) as error:
            self.remove(op)
            error.node = None if self._origin is None else self._origin[0].name
            raise
        specs = result if isinstance(result, Sequence) else [result]
        for tensor, spec in zip(op.outputs, specs, strict=True):
            tensor.spec = spec
        return op

    def apply(
        self, op_type: str, *inputs: Any, name: str | None = None, base_name: str | None = None, **attributes: Any
    ) -> Tensor:
        """Adds an operation with inputs given in the order of its ports, and returns its first output."""
        declaration = _resolve(op_type)
        ports = _ports(declaration)
        if len(inputs) > len(ports):
            raise GraphError(f"{op_type} takes {len(ports)} inputs, not {len(inputs)}; leave some out.")
        given = {port: value for port, value in zip(ports, inputs, strict=False) if value is not None}
        return self.create(op_type, given, attributes, name, base_name).output

    def _converted_inputs(self, declaration: OpDeclaration, inputs: Mapping[str, Any]) -> dict[str, list[Output]]:
        values: dict[str, list[Any]] = {}
        for name, value in inputs.items():
            port = declaration.input_port(name)
            if port is None:
                raise GraphError(
                    f"{declaration.type} has no input called {name!r}{instead(name, _ports(declaration))}."
                )
            values[name] = list(value) if port.variadic else [value]
        dtype = next(
            (
                tensor.dtype
                for name, items in values.items()
                if _follows(declaration, name)
                for tensor in items
                if isinstance(_bare(tensor), Tensor)
            ),
            None,
        )
        return {
            name: [as_output(self, item, dtype if _follows(declaration, name) else None) for item in items]
            for name, items in values.items()
        }

    # --- changing ------------------------------------------------------------------------------------------------

    def connect(self, source: Output, target: Operation, port: str, slot: int | None = None) -> set[Operation]:
        """Wires ``source`` to a port, in the place of the wire that is there unless the port is variadic.

        ``slot`` is the place in a variadic port (the end when None). Shapes and dtypes that do not fit become
        problems of the operations; ask :func:`~engine.graph.connect.check_connect` first to refuse them. Returns
        the operations whose specs or problems changed. Raises GraphError for a port that does not exist, a kind of
        port that does not fit, or a cycle.
        """
        declared = target.declaration.input_port(port)
        if declared is None:
            raise GraphError(no_input_sentence(target, port), target.name)
        refusal = kind_refusal(source, target, declared)
        if refusal:
            raise GraphError(refusal, target.name)
        if self.would_cycle(source.op, target):
            raise GraphError(cycle_sentence(source.op, target), target.name)
        wired = list(target.inputs_of(port))
        if not declared.variadic:
            wired = [source]
        else:
            wired.insert(len(wired) if slot is None else slot, source)
        self.set_inputs(target, port, wired)
        return infer_downstream([target])

    def disconnect(self, target: Operation, port: str, slot: int = 0) -> set[Operation]:
        """Takes away the wire at a port. Returns the operations whose specs or problems changed."""
        wired = list(target.inputs_of(port))
        if slot >= len(wired):
            raise GraphError(f"Nothing is wired to {port!r} of {target.name} that could be taken away.", target.name)
        del wired[slot]
        self.set_inputs(target, port, wired)
        return infer_downstream([target])

    def set_inputs(self, target: Operation, port: str, sources: list[Output]) -> None:
        """Puts these wires in the place of those at a port; checks nothing and infers nothing."""
        for slot, source in enumerate(target.inputs_of(port)):
            self.nx.remove_edge(source.op, target, key=(port, slot))
        for slot, source in enumerate(sources):
            self._add_edge(source, target, port, slot)
        if sources or port != AFTER.name:
            target._inputs[port] = sources
        else:
            target._inputs.pop(port, None)
        self.version += 1

    def _add_edge(self, source: Output, target: Operation, port: str, slot: int) -> None:
        self.nx.add_edge(source.op, target, key=(port, slot), output=source)

    def remove(self, op: Operation) -> set[Operation]:
        """Takes an operation and its wires away. Returns the operations whose specs or problems changed."""
        followers = {wire.target for wire in self.wires_out_of(op)}
        for follower in followers:
            for port, sources in follower.connected_ports():
                if any(source.op is op for source in sources):
                    self.set_inputs(follower, port, [source for source in sources if source.op is not op])
        self.nx.remove_node(op)
        del self._operations[op.name]
        self.version += 1
        return infer_downstream(sorted(followers, key=lambda follower: follower.number))

    def remove_quietly(self, op: Operation) -> None:
        """Takes away an operation that nothing depends on, without inferring anything."""
        self.nx.remove_node(op)
        del self._operations[op.name]
        self.version += 1

    def restore(self, records: Iterable[OperationRecord]) -> list[Operation]:
        """Adds operations as they were recorded, each at its place in the order of making.

        No wires, and nothing is inferred. Raises GraphError for a bad or taken name.
        """
        restored: list[Operation] = []
        for record in records:
            op = self._new_operation(record.declaration, record.name, {})
            op.attributes = dict(record.attributes)
            op.number = record.number
            op.device = record.device
            op.extra = dict(record.extra)
            restored.append(op)
        self._next_number = max([self._next_number, *(op.number + 1 for op in restored)])
        self._operations = dict(sorted(self._operations.items(), key=lambda item: item[1].number))
        return restored

    def rename(self, op: Operation, name: str) -> set[Operation]:
        """Gives an operation another name. Returns the operations whose problems changed.

        Raises GraphError for a bad or taken name.
        """
        if name == op.name:
            return set()
        check_name(name)
        if name in self._operations:
            raise GraphError(f"There is already a node called {name!r}; choose another name.", name)
        self._operations = {name if o is op else key: o for key, o in self._operations.items()}
        op._name = name
        self.version += 1
        return infer_downstream([op, *self.successors(op)])

    def set_attribute(self, op: Operation, name: str, value: Any) -> set[Operation]:
        """Changes an attribute. Returns the operations whose specs or problems changed.

        Raises AttributeValueError for a value it cannot take, GraphError for an attribute the operation lacks.
        """
        attribute = op.declaration.attribute(name)
        if attribute is None:
            raise GraphError(
                f"{op.name} has no attribute called {name!r}{instead(name, list(op.attributes))}.", op.name
            )
        op.attributes[name] = attribute.convert(value)
        self.version += 1
        return infer_downstream([op])

    # --- running -------------------------------------------------------------------------------------------------

    def evaluate(self, fetch: Any, feed_dict: Any = None, session: SessionLike | None = None) -> Any:
        """Runs ``fetch`` in ``session`` or the default session. Raises ValueError when there is neither."""
        session = session or get_default_session()
        if session is None:
            raise ValueError(
                "Cannot evaluate tensor using `eval()`: No default session is registered. "
                "Use `with sess.as_default()` or pass an explicit session to `eval(session=sess)`."
            )
        return session.run(fetch, feed_dict)


def _bare(value: Any) -> Any:
    """A Variable's tensor; anything else as it is."""
    from .variable import Variable

    return value.output if isinstance(value, Variable) else value


def _follows(declaration: OpDeclaration, port: str) -> bool:
    """Whether a Python value at this port takes the dtype of the other operands."""
    return port not in declaration.free_dtype_inputs


def _resolve(declaration: OpDeclaration | str) -> OpDeclaration:
    if isinstance(declaration, OpDeclaration):
        return declaration
    found = get_declaration(declaration)
    if found is None:
        known = [each.type for each in declarations()]
        raise GraphError(f"There is no operation called {declaration!r}{instead(declaration, known, limit=3)}.")
    return found


def check_name(name: str) -> None:
    """Raises GraphError unless ``name`` can be the name of a node."""
    if not name or len(name) > 500 or not _VALID_NAME.fullmatch(name):
        raise GraphError(
            f"{name!r} is not a valid scope name: begin with a letter, a digit or a dot, and use letters, digits, "
            "and _ . - / only."
        )


def missing_ports(op: Operation) -> list[InputPort]:
    """The ports that need a wire and have none."""
    return [port for port in op.declaration.inputs if not port.optional and not op._inputs.get(port.name)]


def kind_refusal(source: Output, target: Operation, port: InputPort) -> str:
    """Why what ``source`` gives can never flow into a port of this kind; "" when it can."""
    if port.kind is PortKind.STEP:
        if isinstance(source, Step):
            return ""
        return f"'{port.name}' of {target.name} takes a step, not a tensor; wire the 'done' of a node to it."
    if isinstance(source, Step):
        return (
            f"'{port.name}' of {target.name} takes a tensor, but 'done' of {source.op.name} gives none; wire an output "
            "to it."
        )
    if port.kind is PortKind.VARIABLE and source.kind is not PortKind.VARIABLE:
        return (
            f"'{port.name}' of {target.name} takes a Variable, because it changes it; {source.op.name} is none. Wire a "
            "Variable to it."
        )
    return ""


def no_input_sentence(target: Operation, port: str) -> str:
    return f"{target.name} has no input called '{port}'{instead(port, _ports(target.declaration))}."


def _ports(declaration: OpDeclaration) -> list[str]:
    return [port.name for port in declaration.inputs]


def cycle_sentence(source: Operation, target: Operation) -> str:
    if source is target:
        return f"{target.name} cannot be its own input; begin the wire at another node."
    return (
        f"{source.name} already depends on {target.name}; a wire from it to {target.name} would close a circle, and "
        "nothing in it could be computed first; take one of its wires away."
    )


def current_graph(*values: Any) -> Graph:
    """The graph of the first tensor among ``values``, else the default graph."""
    for value in values:
        bare = _bare(value)
        if isinstance(bare, Output):
            return bare.graph
    return get_default_graph()
