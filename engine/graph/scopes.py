"""The with blocks of a graph: what they say of the operations that a program makes inside them.

Each thread is in blocks of its own, so that several may add to one graph.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .declaration import AFTER
from .devices import merged_device
from .names import check_name
from .operation import Operation
from .output import Output
from .tensorflow_types import tensorflow_type

#: A device's name, or a function that gives one for an operation.
Device = str | Callable[[Operation], Any]


Method = TypeVar("Method", bound=Callable[..., Any])


def locked(method: Method) -> Method:
    """A method of a graph that changes it: no thread compiles the graph, or changes it too, while it runs."""

    @functools.wraps(method)
    def alone(graph: GraphScopes, *args: Any, **kwargs: Any) -> Any:
        with graph.lock:
            return method(graph, *args, **kwargs)

    return cast("Method", alone)


class _OrderBlock:
    """One ``with control_dependencies``: what comes before, and the operations made inside, which come after."""

    def __init__(self, before: list[Output]) -> None:
        self.before = before
        self.made: set[Operation] = set()


class _Blocks(threading.local):
    """The blocks that a thread is in."""

    def __init__(self) -> None:
        self.name = ""
        self.order: tuple[_OrderBlock, ...] = ()
        self.devices: tuple[Device, ...] = ()
        self.attributes: dict[str, Any] = {}
        #: By TensorFlow's name of a type, the registered gradient of its operations.
        self.gradients: dict[str, str] = {}


class GraphScopes:
    """The part of a graph that knows in which with blocks operations are made."""

    def __init__(self) -> None:
        #: Held while the graph is changed, and while it is compiled.
        self.lock = threading.RLock()
        self._blocks = _Blocks()
        #: Names that scopes have, in lower case, and the last number behind each.
        self._names_taken: dict[str, int] = {}
        self._finalized = False

    # --- names ---------------------------------------------------------------------------------------------------

    @property
    def _scope(self) -> str:
        """What the names of new operations begin with: ``outer/inner/``, or nothing."""
        return self._blocks.name

    @_scope.setter
    def _scope(self, prefix: str) -> None:
        self._blocks.name = prefix

    def unique_name(self, name: str, mark_as_used: bool = False) -> str:
        """A name no operation has: ``name`` in the current scope, with _1, _2 … behind it when it is taken.

        As in TensorFlow it is taken too when another differs from it in nothing but upper and lower case.

        One that ends with "/" is that of a scope, from outside all scopes: an operation may be called like its scope.
        ``mark_as_used`` keeps the name from being given again.
        """
        is_scope = name.endswith("/")
        full = name.rstrip("/") if is_scope else f"{self._scope}{name}"
        found, key = full, full.lower()
        if self._spellings.get(key) or (key in self._names_taken and not is_scope):
            count = self._names_taken.get(key, 0)
            while self._spellings.get(found.lower()) or found.lower() in self._names_taken:
                count += 1
                found = f"{full}_{count}"
            self._names_taken[key] = count
        if mark_as_used:
            self._names_taken.setdefault(found.lower(), 0)
        return found

    @contextmanager
    def name_scope(self, name: str | None) -> Iterator[str]:
        """A with block in which names begin with ``name/``, made unique. Yields the prefix."""
        outer = self._scope
        if name:
            check_name(name.rstrip("/"))
            unique = name.rstrip("/") if name.endswith("/") else self.unique_name(name)
            self._names_taken.setdefault(unique.lower(), 0)
            self._scope = f"{unique}/"
        else:
            self._scope = ""
        try:
            yield self._scope
        finally:
            self._scope = outer

    def claim_scope(self, prefix: str) -> bool:
        """Notes that names begin with ``prefix`` from now on. Whether it is the first time."""
        key = prefix.rstrip("/").lower()
        is_first = key not in self._names_taken
        self._names_taken.setdefault(key, 0)
        return is_first

    def get_name_scope(self) -> str:
        """The name scope that new operations join, without a slash behind it; "" outside of all."""
        return self._scope.rstrip("/")

    # --- order ---------------------------------------------------------------------------------------------------

    @contextmanager
    def control_dependencies(self, control_inputs: Iterable[Any] | None) -> Iterator[None]:
        """A with block whose operations run after ``control_inputs``: tensors, operations, variables or names.

        Blocks in each other add up; None forgets those around it. What a program made outside of the block is not
        delayed. Raises TypeError for an input that is none of these.
        """
        outer = self._blocks.order
        if control_inputs is None:
            self._blocks.order = ()
        else:
            self._blocks.order = (*outer, _OrderBlock([step for value in control_inputs for step in self._step(value)]))
        try:
            yield
        finally:
            self._blocks.order = outer

    def _step(self, value: Any) -> Iterator[Output]:
        if isinstance(value, str):
            value = self.as_graph_element(value)
        op = value if isinstance(value, Operation) else getattr(value, "op", None)
        if not isinstance(op, Operation):
            raise TypeError(
                f"Control input must be Operation, Tensor, or IndexedSlices: {value!r} is of type "
                f"{type(value).__name__!r}; give something that the graph computes."
            )
        if op.graph is self:  # a body runs after all that its operation needs anyhow
            yield op.done

    def _add_order(self, inputs: dict[str, tuple[Output, ...]]) -> None:
        """Adds to an operation's inputs what the blocks say comes before it."""
        if not self._blocks.order:
            return
        ops = {source.op for sources in inputs.values() for source in sources}
        steps: dict[Output, None] = {}
        for block in self._blocks.order:
            if ops.isdisjoint(block.made):
                steps.update(dict.fromkeys(step for step in block.before if step.op not in ops))
        if steps:
            inputs[AFTER.name] = (*inputs.get(AFTER.name, ()), *steps)

    def _made_in_blocks(self, op: Operation, ordered: bool) -> None:
        """Notes a new operation where it was made."""
        if ordered:
            for block in self._blocks.order:
                block.made.add(op)
        if self._blocks.gradients:
            op.gradient_name = self._blocks.gradients.get(tensorflow_type(op.type), "")
        for device in self._blocks.devices:
            name = device(op) if callable(device) else device
            op.device = merged_device(op.device, str(getattr(name, "device", name) or ""))

    # --- devices -------------------------------------------------------------------------------------------------

    @contextmanager
    def device(self, device_name_or_function: Any) -> Iterator[None]:
        """A with block whose operations carry the name of a device, such as ``/gpu:0``; None forgets those around it.

        Everything is computed on the CPU all the same. Raises ValueError for a text that names no device.
        """
        outer = self._blocks.devices
        if device_name_or_function is None:
            self._blocks.devices = ()
        elif callable(device_name_or_function):
            self._blocks.devices = (*outer, device_name_or_function)
        else:
            self._blocks.devices = (*outer, merged_device("", str(device_name_or_function)))
        try:
            yield
        finally:
            self._blocks.devices = outer

    @contextmanager
    def colocate_with(self, op: Any, ignore_existing: bool = False) -> Iterator[None]:
        """A with block whose operations have the device of ``op``."""
        chosen = getattr(op, "op", op)
        with self.device(None if ignore_existing else getattr(chosen, "device", None) or ""):
            yield

    @contextmanager
    def gradient_override_map(self, op_type_map: Mapping[str, str]) -> Iterator[None]:
        """A with block whose operations of some types have other gradients.

        ``op_type_map`` gives, for types as TensorFlow calls them, the name of a registered gradient, or the type of
        an operation whose gradient is taken: ``{"Sign": "Identity"}``. Raises TypeError for anything but texts.
        """
        if not isinstance(op_type_map, Mapping):
            raise TypeError("op_type_map must be a dictionary mapping strings to strings, as in {'Sign': 'MySign'}.")
        if not all(isinstance(text, str) for pair in op_type_map.items() for text in pair):
            raise TypeError("op_type_map must be a dictionary mapping strings to strings, as in {'Sign': 'MySign'}.")
        outer = self._blocks.gradients
        self._blocks.gradients = outer | dict(op_type_map)
        try:
            yield
        finally:
            self._blocks.gradients = outer

    # --- the end of building -------------------------------------------------------------------------------------

    @property
    def finalized(self) -> bool:
        """Whether no operation can be added any more."""
        return self._finalized

    def finalize(self) -> None:
        """Lets no operation be added any more."""
        self._finalized = True

    def _unsafe_unfinalize(self) -> None:
        self._finalized = False

    def _refuse_finalized(self) -> None:
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified. Add operations before finalize().")

    if TYPE_CHECKING:
        _spellings: dict[str, int]

        def as_graph_element(self, obj: Any) -> Any: ...
