"""The handle that programs hold on a variable: ``W = tf.Variable([1.0])``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .arithmetic import Arithmetic
from .convert import constant_array
from .default import get_default_graph
from .dtypes import DType, as_dtype
from .graph import current_graph
from .operation import Operation, Tensor
from .row_changes import RowChanges
from .shapes import TensorShape

if TYPE_CHECKING:
    from .graph import Graph


class Variable(Arithmetic, RowChanges):
    """A value that a session keeps from run to run and that training changes.

    ``initial_value`` is a number, a list, an array, a tensor, or a function without arguments that returns one of
    them; it is computed when the initializer runs. ``dtype`` None keeps that of the initial value.
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        if callable(initial_value) and not isinstance(initial_value, Tensor | Variable):
            initial_value = initial_value()
        graph = get_default_graph()
        wanted = None if dtype is None else as_dtype(dtype)
        if isinstance(initial_value, Variable):
            initial_value = initial_value.output
        if isinstance(initial_value, Tensor):
            inputs = {"initial_value": initial_value}
            attributes: dict[str, Any] = {"dtype": wanted or initial_value.dtype}
        else:
            array, found = constant_array(initial_value, wanted)
            inputs, attributes = {}, {"dtype": found, "initial_value": array}
        attributes["trainable"] = bool(trainable)
        self._op: Operation = graph.create("Variable", inputs, attributes, name)
        self._initializer: Operation | None = None

    @classmethod
    def of(cls, op: Operation) -> Variable:
        """A handle on a Variable operation that exists."""
        if op.type != "Variable":
            raise ValueError(f"{op.name} is a {op.type}, not a Variable.")
        handle = cls.__new__(cls)
        handle._op = op
        handle._initializer = None
        return handle

    @property
    def op(self) -> Operation:
        return self._op

    @property
    def output(self) -> Tensor:
        """The tensor that reads the variable."""
        return self._op.output

    def value(self) -> Tensor:
        """A tensor with the value at the start of the run."""
        return current_graph(self).apply("Identity", self.output, base_name=f"{self._op.name}/read")

    def read_value(self) -> Tensor:
        return self.value()

    @property
    def name(self) -> str:
        return self.output.name

    @property
    def dtype(self) -> DType | None:
        return self.output.dtype

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
            self._initializer = self.graph.create(
                "Initialize", {"variables": [self]}, base_name=f"{self._op.name}/Assign"
            )
        return self._initializer

    def assign(self, value: Any, name: str | None = None) -> Tensor:
        """A tensor with the value after it is set to ``value``."""
        return current_graph(self, value).apply("Assign", self, value, name=name)

    def assign_add(self, delta: Any, name: str | None = None) -> Tensor:
        """A tensor with the value after ``delta`` is added to it."""
        return current_graph(self, delta).apply("AssignAdd", self, delta, name=name)

    def assign_sub(self, delta: Any, name: str | None = None) -> Tensor:
        """A tensor with the value after ``delta`` is subtracted from it."""
        return current_graph(self, delta).apply("AssignSub", self, delta, name=name)

    def eval(self, session: Any = None) -> Any:
        return self.graph.evaluate(self, None, session)

    def __repr__(self) -> str:
        dtype = "?" if self.dtype is None else self.dtype.name
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={dtype}_ref>"

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("'Variable' object is not iterable.")

    def __bool__(self) -> bool:
        return bool(self.output)
