"""Parts of a graph as programs name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .operation import Operation, Tensor
from .output import Output


class GraphElements:
    """The part of a graph that finds what a program means: by name, by object, fed or fetched."""

    def __init__(self) -> None:
        self._not_fed: set[Output] = set()
        self._not_fetched: set[Operation] = set()

    def as_graph_element(self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True) -> Any:
        """The tensor or operation that ``obj`` is, names, or stands for, as a Variable does.

        Raises TypeError for what is none and ValueError or KeyError for what is not in this graph, in TensorFlow's
        words.
        """
        wanted = " or ".join(
            kind for kind, allowed in (("Tensor", allow_tensor), ("Operation", allow_operation)) if allowed
        )
        if isinstance(obj, str):
            return self._element_named(obj, allow_tensor, allow_operation, wanted)
        found = obj if isinstance(obj, Operation | Output) else getattr(obj, "_as_graph_element", lambda: None)()
        if not ((allow_tensor and isinstance(found, Tensor)) or (allow_operation and isinstance(found, Operation))):
            raise TypeError(f"Can not convert a {type(obj).__name__} into a {wanted}.")
        if found.graph is not self:
            raise ValueError(f"{wanted} {obj} is not an element of this graph.")
        return found

    def _element_named(self, name: str, allow_tensor: bool, allow_operation: bool, wanted: str) -> Any:
        if ":" in name and allow_tensor:
            return self.get_tensor_by_name(name)
        if ":" in name:
            raise ValueError(f"Name {name!r} appears to refer to a Tensor, not a {wanted}.")
        if name not in self._operations:
            raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")
        if not allow_operation:
            raise ValueError(
                f"The name {name!r} refers to an Operation, not a {wanted}. "
                'Tensor names must be of the form "<op_name>:<output_index>".'
            )
        return self._operations[name]

    def is_feedable(self, tensor: Tensor) -> bool:
        """Whether a run may be given another value for it."""
        return tensor not in self._not_fed

    def prevent_feeding(self, tensor: Tensor) -> None:
        """Lets no run be given another value for it."""
        self._not_fed.add(tensor)
        self._mark_changed(tensor.op)

    def is_fetchable(self, tensor_or_op: Tensor | Operation) -> bool:
        """Whether a run may be asked for it."""
        return getattr(tensor_or_op, "op", tensor_or_op) not in self._not_fetched

    def prevent_fetching(self, op: Operation) -> None:
        """Lets no run be asked for it."""
        self._not_fetched.add(op)
        self._mark_changed(op)

    @property
    def building_function(self) -> bool:
        """Whether this is the body of a function; always false, as loops and branches are made in place."""
        return False

    if TYPE_CHECKING:
        _operations: dict[str, Operation]

        def _mark_changed(self, op: Operation) -> None: ...

        def get_tensor_by_name(self, name: str) -> Tensor: ...
