"""The graph: operations and the wires between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from .collections import GraphCollections
from .convert import as_output
from .declaration import AFTER, NodeKind, OpDeclaration, PortKind, declarations, get_declaration
from .default import SessionLike, default_graph, get_default_session
from .edges import Edges, NetworkxEdges
from .elements import GraphElements
from .errors import DTypeError, GraphError
from .hidden import HiddenVariables
from .inference import Inference, infer_downstream, inferred
from .lookup import GraphLookup
from .made_at import calling_line
from .names import check_name
from .operation import Operation, Tensor
from .output import Output, bare
from .record import OperationRecord
from .scopes import GraphScopes, locked
from .suggest import instead
from .wiring import cycle_sentence, kind_refusal, missing_ports, no_input_sentence

if TYPE_CHECKING:
    from ..encoding.graph_def import GraphDef
    from .symbolic.dimensions import Dimensions


class Graph(GraphLookup, GraphCollections, GraphElements, GraphScopes):
    """Operations and wires: a ``networkx.MultiDiGraph``, :attr:`nx`, for those who ask for it.

    A graph may be incomplete while it is edited; completeness is asked for when it is compiled. It may never hold a
    cycle.
    """

    #: Makes what the wires are followed with.
    new_edges: Callable[[], Edges] = NetworkxEdges

    def __init__(self) -> None:
        GraphLookup.__init__(self, self.new_edges())
        GraphCollections.__init__(self)
        GraphElements.__init__(self)
        GraphScopes.__init__(self)
        self._origin: tuple[Operation, str] | None = None
        #: What operations keep from run to run for themselves.
        self.hidden = HiddenVariables(self)
        #: Grows with every change of what was there already; compiled plans of an older version are stale
        #: if they need an operation that has changed since.
        #: Adding operations does not count: it leaves the plans of older ones right.
        self.version = 0
        #: Seed of the random operations; None means another sequence in every session.
        self.seed: int | None = None
        #: How many random operations a program has made that have their seed from the graph's.
        self.seeds_given = 0
        #: The names of unknown sizes, as they were solved for last; None before the first time.
        self.dimensions: Dimensions | None = None

    # --- bodies of loops and branches ----------------------------------------------------------------------------

    #: The graph around a body under construction; None for a graph of its own.
    outer: Graph | None = None

    @property
    def outermost(self) -> Graph:
        """The graph that holds this one, however many bodies are between them; variables are made there."""
        graph = self
        while graph.outer is not None:
            graph = graph.outer
        return graph

    def is_inside(self, graph: Graph) -> bool:
        """Whether ``graph`` lies around this one."""
        around = self.outer
        while around is not None and around is not graph:
            around = around.outer
        return around is not None

    def capture(self, output: Output, kind: PortKind = PortKind.TENSOR) -> Output:
        """What stands here for an output of another graph. Raises ValueError: only bodies take what is outside."""
        name = output.name if isinstance(output, Tensor) else output.op.name
        raise ValueError(
            f"Tensor {name} must be from the same graph as the operation it is given to; build both in one graph."
        )

    # --- building ------------------------------------------------------------------------------------------------

    def as_default(self) -> AbstractContextManager[Graph]:
        """A with block in which new operations join this graph."""
        return default_graph(self)

    def _name_for(self, name: str) -> str:
        """A free name like this one; the name of a scope, "clip/", stands for itself while no operation has it."""
        if not name.endswith("/"):
            return self.unique_name(name)
        whole = name.rstrip("/")
        return self.unique_name(whole) if whole in self._operations else whole

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
        op = self.add_quietly(declaration, name, attributes)
        infer_downstream([op])
        return op

    @locked
    def add_quietly(
        self, declaration: OpDeclaration | str, name: str | None = None, attributes: Mapping[str, Any] | None = None
    ) -> Operation:
        """As :meth:`add`, without inferring anything: where many are added, that is done once for all."""
        return self._new_operation(_resolve(declaration), name, attributes or {})

    def _new_operation(self, declaration: OpDeclaration, name: str | None, given: Mapping[str, Any]) -> Operation:
        self._refuse_finalized()
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
        self._enter(op)
        return op

    def add_copy(
        self, op: Operation, wiring: Mapping[str, Sequence[Output]] | None = None, name: str | None = None
    ) -> Operation:
        """Adds an operation like another one, often of another graph, wired as given; compiling starts from copies.

        It has the given name or else the same, unless that is taken. Nothing is checked and nothing inferred.
        """
        name = op.name if name is None else name
        if name in self._operations:
            name = self.unique_name(name)
        copy = Operation(self, op.declaration, name, dict(op.attributes), self._next_number)
        self._next_number += 1
        copy.origin = op.origin or op
        copy.phase = op.phase
        copy.device = op.device
        copy.gradient_name = op.gradient_name
        copy.is_muted = op.is_muted
        self._enter(copy)
        if wiring:
            self._wire_new(copy, wiring)
        return copy

    def _wire_new(self, op: Operation, wiring: Mapping[str, Sequence[Output]]) -> None:
        """Wires an operation that has no wires yet."""
        for port, sources in wiring.items():
            op.wiring[port] = tuple(sources)
            for slot, source in enumerate(sources):
                self._edges.wire(source, op, port, slot)

    def _enter(self, op: Operation) -> None:
        self._operations[op.name] = op
        spelling = op.name.lower()
        self._spellings[spelling] = self._spellings.get(spelling, 0) + 1
        self._edges.add(op)

    def _leave(self, op: Operation) -> None:
        self._edges.remove(op)
        del self._operations[op.name]
        self._spellings[op.name.lower()] -= 1

    def create(
        self,
        op_type: OpDeclaration | str,
        inputs: Mapping[str, Any] | None = None,
        attributes: Mapping[str, Any] | None = None,
        name: str | None = None,
        base_name: str | None = None,
        ordered: bool = True,
    ) -> Operation:
        """Adds an operation with its wires, as a program does: what does not fit is an error, and nothing is added.

        ``inputs`` maps ports to tensors, variables, or values (which become constants of the dtype of the other
        operands); variadic ports take lists. ``ordered`` False leaves out what the with blocks around say of its
        order. Raises ShapeError, DTypeError or GraphError.
        """
        with self.lock:
            return self._created(_resolve(op_type), inputs or {}, attributes or {}, name, base_name, ordered)

    def _created(
        self,
        declaration: OpDeclaration,
        inputs: Mapping[str, Any],
        attributes: Mapping[str, Any],
        name: str | None,
        base_name: str | None,
        ordered: bool,
    ) -> Operation:
        sources = self._converted_inputs(declaration, inputs)
        if ordered and declaration.kind not in _UNORDERED:
            self._add_order(sources)
        if name is not None:
            check_name(name)
        op = self._new_operation(
            declaration,
            self._name_for(name or base_name or declaration.default_name or declaration.type),
            attributes,
        )
        self._wire_new(op, sources)
        try:
            missing = missing_ports(op)
            if missing:
                raise GraphError(f"{op.type} {op.name!r} needs a value for {missing[0].name!r}; give it one.")
            specs = inferred(Inference(op))
        except (GraphError, DTypeError) as error:
            self.remove(op)
            error.node = None if self._origin is None else self._origin[0].name
            raise
        for tensor, spec in zip(op.outputs, specs, strict=True):
            tensor.spec = spec
        if self._origin is None:
            op.made_at = calling_line()
        self._made_in_blocks(op, ordered and declaration.kind not in _UNORDERED)
        return op

    def apply(
        self, op_type: str, *inputs: Any, name: str | None = None, base_name: str | None = None, **attributes: Any
    ) -> Tensor:
        """Adds an operation with inputs given in the order of its ports, and returns its first output."""
        declaration = _resolve(op_type)
        ports = declaration.input_names
        if len(inputs) > len(ports):
            raise GraphError(f"{op_type} takes {len(ports)} inputs, not {len(inputs)}; leave some out.")
        given = {port: value for port, value in zip(ports, inputs, strict=False) if value is not None}
        return self.create(declaration, given, attributes, name, base_name).output

    def _converted_inputs(self, declaration: OpDeclaration, inputs: Mapping[str, Any]) -> dict[str, tuple[Output, ...]]:
        given: dict[str, tuple[Any, ...]] = {}
        are_all_here = True
        for name, value in inputs.items():
            port = declaration.input_port(name)
            if port is None:
                raise GraphError(
                    f"{declaration.type} has no input called {name!r}{instead(name, declaration.input_names)}."
                )
            given[name] = tuple(value) if port.variadic else (value,)
            for item in given[name]:
                if not isinstance(item, Output) or item.op.graph is not self:
                    are_all_here = False
        return given if are_all_here else self._as_outputs(declaration, given)

    def _as_outputs(
        self, declaration: OpDeclaration, given: Mapping[str, Sequence[Any]]
    ) -> dict[str, tuple[Output, ...]]:
        """What is given to each port as outputs in this graph; Python values take the dtype of the first tensor."""
        free = declaration.free_dtype_inputs
        operands = (bare(item) for name, items in given.items() if name not in free for item in items)
        dtype = next((operand.dtype for operand in operands if isinstance(operand, Tensor)), None)
        sources: dict[str, tuple[Output, ...]] = {}
        for name, items in given.items():
            port = declaration.input_port(name)
            assert port is not None
            wanted = None if name in free else dtype
            sources[name] = tuple([as_output(self, item, wanted, port.kind) for item in items])
        return sources

    # --- changing ------------------------------------------------------------------------------------------------

    @locked
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

    @locked
    def disconnect(self, target: Operation, port: str, slot: int = 0) -> set[Operation]:
        """Takes away the wire at a port. Returns the operations whose specs or problems changed."""
        wired = list(target.inputs_of(port))
        if slot >= len(wired):
            raise GraphError(f"Nothing is wired to {port!r} of {target.name} that could be taken away.", target.name)
        del wired[slot]
        self.set_inputs(target, port, wired)
        return infer_downstream([target])

    @locked
    def set_inputs(self, target: Operation, port: str, sources: Sequence[Output]) -> None:
        """Puts these wires in the place of those at a port; checks nothing and infers nothing."""
        for slot, source in enumerate(target.inputs_of(port)):
            self._edges.unwire(source, target, port, slot)
        for slot, source in enumerate(sources):
            self._edges.wire(source, target, port, slot)
        if sources or port != AFTER.name:
            target.wiring[port] = tuple(sources)
        else:
            target.wiring.pop(port, None)
        self._mark_changed(target)

    def _mark_changed(self, op: Operation) -> None:
        self.version += 1
        op.changed_at = self.version

    @locked
    def remove(self, op: Operation) -> set[Operation]:
        """Takes an operation and its wires away. Returns the operations whose specs or problems changed."""
        followers = {wire.target for wire in self.wires_out_of(op)}
        for follower in followers:
            for port, sources in follower.connected_ports():
                if any(source.op is op for source in sources):
                    self.set_inputs(follower, port, [source for source in sources if source.op is not op])
        self._leave(op)
        self.hidden.forget(op)
        self._mark_changed(op)
        return infer_downstream(sorted(followers, key=lambda follower: follower.number))

    def remove_quietly(self, op: Operation) -> None:
        """Takes away an operation that nothing depends on, without inferring anything."""
        self._leave(op)
        self._mark_changed(op)

    @locked
    def restore(self, records: Iterable[OperationRecord]) -> list[Operation]:
        """Adds operations as they were recorded, each at its place in the order of making.

        No wires, and nothing is inferred. Raises GraphError for a bad or taken name.
        """
        restored: list[Operation] = []
        for record in records:
            op = self._new_operation(record.declaration, record.name, {})
            op.attributes = dict(record.attributes)
            op.renew_outputs()
            op.number = record.number
            op.device = record.device
            op.gradient_name = record.gradient_name
            op.is_muted = record.is_muted
            op.extra = dict(record.extra)
            restored.append(op)
        self._next_number = max([self._next_number, *(op.number + 1 for op in restored)])
        self._is_in_order = False
        return restored

    @locked
    def rename(self, op: Operation, name: str) -> set[Operation]:
        """Gives an operation another name. Returns the operations whose problems changed.

        Raises GraphError for a bad or taken name.
        """
        if name == op.name:
            return set()
        check_name(name)
        if name in self._operations:
            raise GraphError(f"There is already a node called {name!r}; choose another name.", name)
        del self._operations[op.name]
        self._operations[name] = op
        self._is_in_order = False
        self._spellings[op.name.lower()] -= 1
        self._spellings[name.lower()] = self._spellings.get(name.lower(), 0) + 1
        op._name = name
        self._mark_changed(op)
        return infer_downstream([op, *self.successors(op)])

    @locked
    def set_attribute(self, op: Operation, name: str, value: Any) -> set[Operation]:
        """Changes an attribute. Returns the operations whose specs or problems changed.

        Raises AttributeValueError for a value it cannot take, GraphError for an attribute the operation lacks.
        """
        attribute = op.declaration.attribute(name)
        if attribute is None:
            raise GraphError(
                f"{op.name} has no attribute called {name!r}{instead(name, list(op.attributes))}.", op.name
            )
        before = op.attributes[name]
        op.attributes[name] = attribute.convert(value)
        gone = [tensor for tensor in op.renew_outputs() if next(self.wires_from(tensor), None) is not None]
        if gone:
            op.attributes[name] = before
            op.renew_outputs()
            raise GraphError(
                f"Output '{gone[0].port}' of {op.name} would go, but it is wired; take its wires away first.", op.name
            )
        self._mark_changed(op)
        return infer_downstream([op])

    @locked
    def set_muted(self, op: Operation, is_muted: bool) -> set[Operation]:
        """Mutes an operation, or lets it compute again. Returns the operations whose specs or problems changed."""
        op.is_muted = is_muted
        self._mark_changed(op)
        return infer_downstream([op])

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> GraphDef:
        """All operations with their wires, dtypes and shapes as TensorFlow's GraphDef, which TensorBoard draws."""
        from .graph_def import graph_def_of

        return graph_def_of(self)

    # --- running -------------------------------------------------------------------------------------------------

    def evaluate(
        self,
        fetch: Any,
        feed_dict: Any = None,
        session: SessionLike | None = None,
        call: str = "eval",
    ) -> Any:
        """Runs ``fetch`` in ``session`` or the default session. Raises ValueError when there is neither.

        ``call`` is the method that the program has called.
        """
        session = session or get_default_session()
        if session is None:
            purpose = "evaluate tensor" if call == "eval" else "execute operation"
            raise ValueError(
                f"Cannot {purpose} using `{call}()`: No default session is registered. "
                f"Use `with sess.as_default()` or pass an explicit session to `{call}(session=sess)`."
            )
        return session.run(fetch, feed_dict)


#: What control dependencies do not delay: variables begin by themselves, placeholders are given.
_UNORDERED = (NodeKind.VARIABLE, NodeKind.PLACEHOLDER)


def _resolve(declaration: OpDeclaration | str) -> OpDeclaration:
    if isinstance(declaration, OpDeclaration):
        return declaration
    found = get_declaration(declaration)
    if found is None:
        known = [each.type for each in declarations()]
        raise GraphError(f"There is no operation called {declaration!r}{instead(declaration, known, limit=3)}.")
    return found
