"""With blocks and collections of the default graph, under TensorFlow's names."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from ..graph import get_default_graph
from ..graph.default import current_graph

__all__ = [
    "GraphKeys",
    "add_to_collection",
    "add_to_collections",
    "colocate_with",
    "container",
    "control_dependencies",
    "device",
    "get_collection",
    "get_collection_ref",
    "name_scope",
    "op_scope",
]


class GraphKeys:
    """The names of the collections that TensorFlow itself uses."""

    GLOBAL_VARIABLES = "variables"
    VARIABLES = "variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    LOCAL_VARIABLES = "local_variables"
    METRIC_VARIABLES = "metric_variables"
    MODEL_VARIABLES = "model_variables"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    TRAINABLE_RESOURCE_VARIABLES = "trainable_resource_variables"
    CONCATENATED_VARIABLES = "concatenated_variables"
    SUMMARIES = "summaries"
    SUMMARY_OP = "summary_op"
    QUEUE_RUNNERS = "queue_runners"
    TABLE_INITIALIZERS = "table_initializer"
    ASSET_FILEPATHS = "asset_filepaths"
    REGULARIZATION_LOSSES = "regularization_losses"
    LOSSES = "losses"
    WEIGHTS = "weights"
    BIASES = "biases"
    ACTIVATIONS = "activations"
    UPDATE_OPS = "update_ops"
    SAVERS = "savers"
    SAVEABLE_OBJECTS = "saveable_objects"
    INIT_OP = "init_op"
    LOCAL_INIT_OP = "local_init_op"
    READY_OP = "ready_op"
    READY_FOR_LOCAL_INIT_OP = "ready_for_local_init_op"
    TRAIN_OP = "train_op"
    GLOBAL_STEP = "global_step"
    EVAL_STEP = "eval_step"
    COND_CONTEXT = "cond_context"
    WHILE_CONTEXT = "while_context"
    RESOURCES = "resources"
    LOCAL_RESOURCES = "local_resources"
    GLOBAL_RESOURCES = "resources"


def add_to_collection(name: Hashable, value: Any) -> None:
    """Adds a value to a collection of the default graph."""
    get_default_graph().outermost.add_to_collection(name, value)


def add_to_collections(names: Any, value: Any) -> None:
    """Adds a value to several collections of the default graph."""
    get_default_graph().outermost.add_to_collections(names, value)


def get_collection(key: Hashable, scope: str | None = None) -> list[Any]:
    """A list of what is in a collection; with ``scope`` only what has a name that this expression begins."""
    return get_default_graph().outermost.get_collection(key, scope)


def get_collection_ref(key: Hashable) -> list[Any]:
    """The collection itself: what is done to the list is done to the collection."""
    return get_default_graph().outermost.get_collection_ref(key)


def control_dependencies(control_inputs: Any) -> AbstractContextManager[None]:
    """A with block whose operations run after ``control_inputs``; None forgets the blocks around it."""
    return get_default_graph().control_dependencies(control_inputs)


def device(device_name_or_function: Any) -> AbstractContextManager[None]:
    """A with block whose operations carry a device's name; all is computed on the CPU."""
    return get_default_graph().device(device_name_or_function)


def colocate_with(op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
    """A with block whose operations have the device of ``op``."""
    return current_graph(op).colocate_with(op, ignore_existing)


@contextmanager
def container(container_name: str) -> Iterator[None]:
    """A with block that changes nothing: a session keeps its variables by itself."""
    yield


class name_scope:  # noqa: N801
    """A with block in which names begin with ``name/``, made unique; it gives that prefix.

    ``name`` None takes ``default_name``, as functions that make several operations do; ``values`` are the tensors
    whose graph is meant. A name that ends with "/" goes back into that scope. Raises ValueError for one that cannot
    be a scope's.
    """

    def __init__(self, name: str | None, default_name: str | None = None, values: Any = None) -> None:
        if name is not None and not isinstance(name, str):
            raise TypeError(f"'{name!r}' is not a valid scope name: give a text.")
        self._name = default_name if name is None else name
        self._given = name
        self._values = values
        self._blocks = ExitStack()

    @property
    def name(self) -> str | None:
        return self._name

    def __enter__(self) -> str:
        if self._name is None and self._values is not None:
            raise ValueError(f"At least one of name ({self._given}) and default_name (None) should be provided.")
        graph = current_graph(*(self._values or ()))
        with ExitStack() as blocks:
            blocks.enter_context(graph.as_default())
            prefix = blocks.enter_context(graph.name_scope(self._name))
            self._blocks = blocks.pop_all()
        return prefix

    def __exit__(self, *error: Any) -> None:
        self._blocks.close()


def op_scope(values: Any, name: str | None, default_name: str | None = None) -> name_scope:
    """:class:`name_scope` in an old order of arguments."""
    return name_scope(name, default_name, values)
