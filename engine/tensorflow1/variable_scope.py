"""Variables that are shared by name: ``tf.get_variable`` and ``tf.variable_scope``."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from ..graph import Graph, Variable, float32, get_default_graph
from ..graph.convert import constant_array
from ..graph.default import current_graph
from .build import is_tensor
from .scopes import GraphKeys, name_scope
from .shared_variables import AUTO_REUSE, is_constant, shared_variable

__all__ = [
    "AUTO_REUSE",
    "VariableScope",
    "get_local_variable",
    "get_variable",
    "get_variable_scope",
    "no_regularizer",
    "variable_op_scope",
    "variable_scope",
]


def no_regularizer(_: Any) -> None:
    """Keeps a variable from getting the regularizer of its scope."""


class _Store:
    """The variables of a graph by name, the scope that is open, and how often each scope has been opened."""

    def __init__(self) -> None:
        self.variables: dict[str, Variable] = {}
        self.scope = VariableScope(False)
        self.counts: dict[str, int] = {}

    @staticmethod
    def of(graph: Graph) -> _Store:
        kept = graph.outermost.get_collection_ref(("__variable_store",))
        if not kept:
            kept.append(_Store())
        store: _Store = kept[0]
        return store

    def open(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1

    def close_inner(self, name: str) -> None:
        """Lets the scopes inside one be counted anew when it is opened again."""
        for key in self.counts:
            if not name or key.startswith(f"{name}/"):
                self.counts[key] = 0

    def unique_scope(self, prefix: str) -> str:
        """``prefix``, with _1, _2 … behind it when the open scope has had a scope of that name inside it."""
        begin = f"{self.scope.name}/" if self.scope.name else ""
        found, count = prefix, 0
        while self.counts.get(begin + found, 0):
            count += 1
            found = f"{prefix}_{count}"
        return found


class VariableScope:
    """What ``get_variable`` does in a scope: the name in front, and the defaults for arguments left out."""

    def __init__(
        self,
        reuse: Any,
        name: str = "",
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        name_scope: str = "",
        dtype: Any = float32,
        use_resource: Any = None,
        constraint: Any = None,
    ) -> None:
        self._name = name
        self._initializer = initializer
        self._regularizer = regularizer
        self._reuse = reuse
        self._caching_device = caching_device
        self._partitioner = partitioner
        self._custom_getter = custom_getter
        self._name_scope = name_scope
        self._dtype = dtype
        self._use_resource = use_resource
        self._constraint = constraint

    @property
    def name(self) -> str:
        return self._name

    @property
    def original_name_scope(self) -> str:
        return self._name_scope

    @property
    def reuse(self) -> Any:
        return self._reuse

    @property
    def initializer(self) -> Any:
        return self._initializer

    @property
    def regularizer(self) -> Any:
        return self._regularizer

    @property
    def dtype(self) -> Any:
        return self._dtype

    @property
    def use_resource(self) -> Any:
        return self._use_resource

    @property
    def custom_getter(self) -> Any:
        return self._custom_getter

    @property
    def constraint(self) -> Any:
        return self._constraint

    @property
    def caching_device(self) -> Any:
        return self._caching_device

    @property
    def partitioner(self) -> Any:
        return self._partitioner

    def reuse_variables(self) -> None:
        """From here on ``get_variable`` finds variables and makes none."""
        self._reuse = True

    def set_initializer(self, initializer: Any) -> None:
        self._initializer = initializer

    def set_regularizer(self, regularizer: Any) -> None:
        self._regularizer = regularizer

    def set_dtype(self, dtype: Any) -> None:
        self._dtype = dtype

    def set_custom_getter(self, custom_getter: Any) -> None:
        self._custom_getter = custom_getter

    def set_caching_device(self, caching_device: Any) -> None:
        self._caching_device = caching_device

    def set_partitioner(self, partitioner: Any) -> None:
        self._partitioner = partitioner

    def set_use_resource(self, use_resource: Any) -> None:
        self._use_resource = use_resource

    def get_collection(self, name: Any) -> list[Any]:
        """What is in a collection and has a name in this scope."""
        return get_default_graph().outermost.get_collection(name, f"{self._name}/" if self._name else None)

    def trainable_variables(self) -> list[Any]:
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)

    def global_variables(self) -> list[Any]:
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list[Any]:
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def get_variable(
        self,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        reuse: Any = None,
        trainable: bool | None = None,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        custom_getter: Any = None,
        constraint: Any = None,
        synchronization: Any = None,
        aggregation: Any = None,
    ) -> Any:
        """The variable of this name in the scope: the one that is there, or a new one, as ``reuse`` says."""
        full_name = f"{self._name}/{name}" if self._name else name
        if dtype is None and is_tensor(initializer):
            dtype = initializer.dtype
        elif dtype is None and is_constant(initializer):
            dtype = constant_array(initializer)[1]
        getter: Any = functools.partial(shared_variable, _Store.of(get_default_graph()).variables)
        for wrapped in (self._custom_getter, custom_getter):
            if wrapped is not None:
                getter = functools.partial(wrapped, getter)
        with get_default_graph().outermost.name_scope(None):
            return getter(
                name=full_name,
                shape=shape,
                dtype=self._dtype if dtype is None else dtype,
                initializer=self._initializer if initializer is None else initializer,
                regularizer=self._regularizer if regularizer is None else regularizer,
                reuse=self._reuse if reuse is None else reuse,
                trainable=trainable,
                collections=collections,
                caching_device=caching_device,
                partitioner=partitioner,
                validate_shape=validate_shape,
                use_resource=use_resource,
                constraint=self._constraint if constraint is None else constraint,
                synchronization=synchronization,
                aggregation=aggregation,
            )


def get_variable_scope() -> VariableScope:
    """The scope that is open in the default graph."""
    return _Store.of(get_default_graph()).scope


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool | None = None,
    collections: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Any = None,
    constraint: Any = None,
    synchronization: Any = None,
    aggregation: Any = None,
) -> Any:
    """The variable of this name in the open variable scope: a new one, or, where the scope shares, the one there is.

    ``initializer`` is a function of shape and dtype, a class of such, a tensor or an array; without one floats begin
    with the Glorot uniform distribution and whole numbers with 0. What ``regularizer`` makes of the variable joins
    the collection "regularization_losses". Raises ValueError in TensorFlow's words when a variable exists and may not
    be shared, does not exist and should, or has another shape or dtype.
    """
    return get_variable_scope().get_variable(
        name,
        shape=shape,
        dtype=dtype,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
        collections=collections,
        caching_device=caching_device,
        partitioner=partitioner,
        validate_shape=validate_shape,
        use_resource=use_resource,
        custom_getter=custom_getter,
        constraint=constraint,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def get_local_variable(name: str, *args: Any, **kwargs: Any) -> Any:
    """As :func:`get_variable`, for a variable that is neither trained nor saved."""
    keys = [*(kwargs.pop("collections", None) or ()), GraphKeys.LOCAL_VARIABLES]
    return get_variable(name, *args, **(kwargs | {"trainable": False, "collections": keys}))


class variable_scope:  # noqa: N801
    """A with block in which ``get_variable`` puts ``name/`` in front; it gives the :class:`VariableScope`.

    ``name_or_scope`` may be a scope from an earlier block, which is gone back to. None takes ``default_name``, made
    unique among the scopes that were opened. ``reuse`` True finds variables, AUTO_REUSE finds or makes them, None does
    as the block around does. The other arguments are defaults for ``get_variable`` inside.
    """

    def __init__(
        self,
        name_or_scope: Any,
        default_name: str | None = None,
        values: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        custom_getter: Any = None,
        reuse: Any = None,
        dtype: Any = None,
        use_resource: bool | None = None,
        constraint: Any = None,
        auxiliary_name_scope: bool = True,
    ) -> None:
        if default_name is None and name_or_scope is None:
            raise TypeError("If default_name is None then name_or_scope is required: name the scope.")
        if name_or_scope is not None and not isinstance(name_or_scope, str | VariableScope):
            raise TypeError("VariableScope: name_or_scope must be a string or VariableScope. Give a name.")
        self._name_or_scope = name_or_scope
        self._default_name = default_name
        self._values = values
        self._given = {
            "initializer": initializer,
            "regularizer": regularizer,
            "caching_device": caching_device,
            "partitioner": partitioner,
            "custom_getter": custom_getter,
            "dtype": dtype,
            "use_resource": use_resource,
            "constraint": constraint,
        }
        # TensorFlow takes False as "not said": sharing goes on inside a scope that shares.
        self._reuse = reuse or None
        self._auxiliary = auxiliary_name_scope
        self._blocks: list[ExitStack] = []

    def __enter__(self) -> VariableScope:
        graph = current_graph(*(self._values or ()))
        store = _Store.of(graph)
        with ExitStack() as blocks:
            if graph is not get_default_graph():
                blocks.enter_context(graph.as_default())
            chosen: Any = self._name_or_scope
            if chosen is None:
                if self._reuse:
                    raise ValueError("reuse=True cannot be used without a name_or_scope: name the scope to use again.")
                chosen = store.unique_scope(str(self._default_name))
            own_name = chosen.name.rpartition("/")[2] if isinstance(chosen, VariableScope) else chosen
            if self._auxiliary and (own_name or not isinstance(chosen, VariableScope)):
                shown = own_name if self._name_or_scope is not None else str(self._default_name)
                prefix = blocks.enter_context(name_scope(shown or None))
            else:
                inside = graph.get_name_scope()
                prefix = f"{inside}/" if inside else ""
            scope = blocks.enter_context(_opened(store, chosen, self._reuse, prefix, self._given))
            self._blocks.append(blocks.pop_all())
        return scope

    def __exit__(self, *error: Any) -> None:
        self._blocks.pop().close()


@contextmanager
def _opened(
    store: _Store, chosen: str | VariableScope, reuse: Any, prefix: str, given: dict[str, Any]
) -> Iterator[VariableScope]:
    """Makes a scope the open one, with the defaults that were given and, for the rest, those it inherits."""
    outer, counts = store.scope, dict(store.counts)
    parent = chosen if isinstance(chosen, VariableScope) else outer
    if isinstance(chosen, VariableScope):
        name, original, inherited = chosen.name, chosen.original_name_scope, chosen.reuse
    else:
        name = f"{outer.name}/{chosen}" if outer.name else chosen
        original, inherited = prefix, outer.reuse
    settings = {key: getattr(parent, key) if value is None else value for key, value in given.items()}
    if given["custom_getter"] is not None and parent.custom_getter is not None:
        settings["custom_getter"] = _both(parent.custom_getter, given["custom_getter"])
    scope = VariableScope(reuse or inherited, name, name_scope=original, **settings)
    store.open(name)
    if isinstance(chosen, VariableScope):
        counts = dict(store.counts)
    store.scope = scope
    try:
        yield scope
    finally:
        if isinstance(chosen, VariableScope):
            store.counts = counts
        else:
            store.close_inner(name)
        store.scope = outer


def _both(outer: Callable[..., Any], inner: Callable[..., Any]) -> Callable[..., Any]:
    """A custom getter inside another: the inner one is asked first."""

    def getter(getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return inner(functools.partial(outer, getter), *args, **kwargs)

    return getter


def variable_op_scope(values: Any, name_or_scope: Any, default_name: str | None = None, **kwargs: Any) -> Any:
    """:class:`variable_scope` in an old order of arguments."""
    return variable_scope(name_or_scope, default_name, values, **kwargs)
