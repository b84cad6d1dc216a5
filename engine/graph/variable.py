"""The handle that programs hold on a variable: ``W = tf.Variable([1.0])``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .arithmetic import Arithmetic
from .convert import as_output, constant_array, holds_tensors
from .default import current_graph, get_default_graph, get_default_session
from .dtypes import DType, as_dtype, as_ref_dtype
from .operation import Operation, Tensor
from .output import TensorHandle
from .row_changes import RowChanges
from .shapes import TensorShape, as_shape
from .variable_def import SaveSliceInfo, VariableDef

if TYPE_CHECKING:
    from .graph import Graph


class Variable(Arithmetic, TensorHandle, RowChanges):
    """A value that a session keeps from run to run and that training changes.

    ``initial_value`` is a number, a list, an array, a tensor, or a function without arguments that returns one of
    them; it is computed when the initializer runs. ``dtype`` None keeps that of the initial value.
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Sequence[Any] | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Callable[[Any], Any] | None = None,
        use_resource: bool | None = None,
        synchronization: Any = None,
        aggregation: Any = None,
        shape: Any = None,
    ) -> None:
        if variable_def is not None:
            self._become(_operation_of(variable_def, import_scope))
            return
        if initial_value is None:
            raise ValueError("initial_value must be specified. Give a number, a list, an array or a tensor.")
        if constraint is not None and not callable(constraint):
            raise ValueError("The `constraint` argument must be a callable. Give a function of the variable's value.")
        graph = get_default_graph().outermost
        with graph.as_default(), graph.control_dependencies(None):
            if callable(initial_value) and not isinstance(initial_value, Tensor | Variable):
                with graph.name_scope(f"{name or 'Variable'}/Initializer"):
                    initial_value = initial_value()
            wanted = None if dtype is None else as_dtype(dtype)
            inputs, attributes = _initial(initial_value, wanted)
            _refuse_value_of_body(graph, inputs.get("initial_value"), name)
            attributes["trainable"] = trainable is None or bool(trainable)
            given = shape if shape is not None else expected_shape
            if given is not None:
                attributes["shape"] = as_shape(given)
            elif not validate_shape:
                attributes["shape"] = TensorShape(None)
            op = graph.create("Variable", inputs, attributes, name)
        self._become(op, constraint)
        keys = ["variables"] if collections is None else list(collections)
        if attributes["trainable"] and "trainable_variables" not in keys:
            keys.append("trainable_variables")
        graph.add_to_collections(keys, self)

    def _become(self, op: Operation, constraint: Callable[[Any], Any] | None = None) -> None:
        self._op = op
        self._initializer: Operation | None = None
        self._read: Tensor | None = None
        self._initial_value: Tensor | None = None
        #: What is applied to the value after an optimizer has changed it, or None.
        self.constraint = constraint
        if op.handle is None:
            op.handle = self

    @classmethod
    def of(cls, op: Operation, collected: bool = True) -> Variable:
        """The handle on a Variable operation that exists: the same one each time.

        When it is made, it joins the collections that a program's own variables are in, unless ``collected`` is false.
        """
        if op.type != "Variable":
            raise ValueError(f"{op.name} is a {op.type}, not a Variable.")
        if op.handle is None:
            handle = cls.__new__(cls)
            handle._become(op)
            keys = ["variables", "trainable_variables"] if op.attributes["trainable"] else ["variables"]
            if collected:
                op.graph.add_to_collections(keys, handle)
        return op.handle  # type: ignore[no-any-return]

    @property
    def op(self) -> Operation:
        return self._op

    @property
    def output(self) -> Tensor:
        """The tensor that reads the variable."""
        return self._op.output

    def value(self) -> Tensor:
        """A tensor with the value at the start of the run: the same one each time."""
        if current_graph(self) is not self.graph:
            return self.read_value()
        if self._read is None:
            with self.graph.control_dependencies(None), self.graph.name_scope(f"{self._op.name}/"):
                self._read = self.graph.apply("Identity", self.output, base_name="read")
        return self._read

    def read_value(self) -> Tensor:
        """A tensor that reads the variable anew: inside ``control_dependencies``, after what stands there."""
        return current_graph(self).apply("Identity", self.output, base_name="read")

    @property
    def name(self) -> str:
        return self.output.name

    @property
    def dtype(self) -> DType | None:
        dtype = self.output.dtype
        return None if dtype is None else as_ref_dtype(dtype)

    @property
    def shape(self) -> TensorShape:
        return self.output.shape

    def get_shape(self) -> TensorShape:
        return self.output.shape

    @property
    def graph(self) -> Graph:
        return self._op.graph

    @property
    def device(self) -> str:
        return self._op.device

    @property
    def trainable(self) -> bool:
        return bool(self._op.attributes["trainable"])

    @property
    def initializer(self) -> Operation:
        """The operation that gives the variable its initial value."""
        if self._initializer is None:
            with self.graph.control_dependencies(None), self.graph.name_scope(f"{self._op.name}/"):
                self._initializer = self.graph.create("Initialize", {"variables": [self]}, base_name="Assign")
        return self._initializer

    def assign(self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True) -> Any:
        """A tensor with the value after it is set to ``value``; with ``read_value`` False the operation."""
        return self._changed("Assign", value, name, read_value)

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """A tensor with the value after ``delta`` is added to it; with ``read_value`` False the operation."""
        return self._changed("AssignAdd", delta, name, read_value)

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Any:
        """A tensor with the value after ``delta`` is subtracted from it; with ``read_value`` False the operation."""
        return self._changed("AssignSub", delta, name, read_value)

    def _changed(self, op_type: str, value: Any, name: str | None, read_value: bool) -> Any:
        new = current_graph(self, value).apply(op_type, self, value, name=name)
        return new if read_value else new.op

    def set_shape(self, shape: Any) -> None:
        """Adds to what is known of the shape. Raises ShapeError when it contradicts what is known."""
        self.output.set_shape(shape)
        if self._read is not None:
            self._read.set_shape(shape)

    @property
    def initial_value(self) -> Tensor:
        """The tensor that the initializer sets the variable to."""
        if self._initial_value is None:
            self._initial_value = self._op.input("initial_value") or self._constant_initial_value()
        return self._initial_value

    def _constant_initial_value(self) -> Tensor:
        value = {"value": self._op.attributes["initial_value"], "dtype": self.dtype}
        shape = {"shape": self.shape} if self.shape.is_known else {}
        with self.graph.control_dependencies(None), self.graph.name_scope(f"{self._op.name}/"):
            return self.graph.create("Constant", attributes=value | shape, base_name="initial_value").output

    def initialized_value(self) -> Tensor:
        """The value for another variable to begin with: where both are initialised at once, the initial value."""
        return self.value()

    def load(self, value: Any, session: Any = None) -> None:
        """Gives the variable a value in ``session`` or the default session, without adding to the graph.

        Raises ValueError when there is no session, or the value does not fit.
        """
        session = session or get_default_session()
        if session is None:
            raise ValueError(
                "Either session argument should be provided or default session should be established; "
                "use `with sess.as_default()` or load(value, session)."
            )
        session.set_value(self._op, value)

    def count_up_to(self, limit: int) -> Tensor:
        """The value, which then grows by 1; a run at ``limit`` raises OutOfRangeError."""
        graph = current_graph(self)
        with graph.name_scope(f"{self._op.name}/CountUpTo"):
            present = graph.apply("BelowLimit", self.output, limit=int(limit))
            grown = graph.create("AssignAdd", {"variable": self, "value": 1, "after": [present.op.done]})
            return graph.create("Identity", {"x": present, "after": [grown.done]}).output

    SaveSliceInfo = SaveSliceInfo

    def to_proto(self, export_scope: str | None = None) -> VariableDef | None:
        """The variable's names as plain data, for :meth:`from_proto`; None for one outside ``export_scope``."""
        begin = "" if export_scope is None else f"{export_scope}/"
        if not self.name.startswith(begin):
            return None
        return VariableDef(
            variable_name=self.name.removeprefix(begin),
            initializer_name=self.initializer.name.removeprefix(begin),
            initial_value_name=self.initial_value.name.removeprefix(begin),
            snapshot_name=self.value().name.removeprefix(begin),
            trainable=self.trainable,
        )

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> Variable:
        """A handle on the variable of the default graph that ``variable_def`` names."""
        return Variable(variable_def=variable_def, import_scope=import_scope)

    def __dir__(self) -> list[str]:
        """What programs may use: TensorFlow's names."""
        return [name for name in super().__dir__() if name not in _FOR_THE_ENGINE]

    def eval(self, session: Any = None) -> Any:
        return self.graph.evaluate(self, None, session)

    def _as_graph_element(self) -> Tensor:
        return self.output

    def __repr__(self) -> str:
        dtype = "?" if self.dtype is None else self.dtype.name
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={dtype}>"

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("'Variable' object is not iterable. Split it with tf.unstack.")

    def __bool__(self) -> bool:
        return bool(self.output)


#: Public for the engine's other parts, and no names of TensorFlow's.
_FOR_THE_ENGINE = frozenset({"of", "output"})


def _initial(value: Any, wanted: DType | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is wired to a Variable operation, and its attributes, for an initial value."""
    if isinstance(value, Variable):
        value = value.output
    if isinstance(value, list | tuple) and holds_tensors(value):
        value = as_output(current_graph(), value, wanted)
    if isinstance(value, Tensor):
        return {"initial_value": value}, {"dtype": wanted or value.dtype}
    array, found = constant_array(value, wanted)
    return {}, {"dtype": found, "initial_value": array}


def _refuse_value_of_body(graph: Graph, value: Tensor | None, name: str | None) -> None:
    """Raises ValueError for an initial value that a body under construction computes."""
    if value is not None and value.graph.is_inside(graph):
        raise ValueError(
            f"Initializer for variable {name or 'Variable'} is from inside a control-flow construct, such as a loop or "
            "conditional. When creating a variable inside a loop or conditional, use a lambda as the initializer."
        )


def _operation_of(definition: Any, import_scope: str | None) -> Operation:
    """The Variable operation that a definition (as ``to_proto`` gives it) means, in the default graph."""
    name = str(definition.variable_name).rpartition(":")[0] or str(definition.variable_name)
    return get_default_graph().get_operation_by_name(f"{import_scope}/{name}" if import_scope else name)
