"""``tf.contrib.framework``: default arguments for functions in a block, and variables by scope."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ...graph import Variable
from .. import nest
from ..scopes import GraphKeys, get_collection
from ..train.steps import (
    assert_global_step,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
)
from ..variable_scope import get_variable
from ..variables import trainable_variables

__all__ = [
    "add_arg_scope",
    "arg_scope",
    "arg_scoped_arguments",
    "assert_global_step",
    "create_global_step",
    "current_arg_scope",
    "get_global_step",
    "get_local_variables",
    "get_model_variables",
    "get_or_create_global_step",
    "get_trainable_variables",
    "get_variables",
    "get_variables_by_name",
    "get_variables_by_suffix",
    "get_variables_to_restore",
    "has_arg_scope",
    "local_variable",
    "model_variable",
    "nest",
    "variable",
]

Scope = dict[str, dict[str, Any]]
_scopes: list[Scope] = [{}]
_known: dict[str, set[str]] = {}


def _key(function: Any) -> str:
    return str(getattr(function, "_key_op", None) or f"{function.__module__}.{function.__qualname__}")


def current_arg_scope() -> Scope:
    """The default arguments that hold now, by function."""
    return _scopes[-1]


def add_arg_scope(func: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose arguments can be given by :func:`arg_scope`."""
    key = _key(func)

    @functools.wraps(func)
    def with_defaults(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **(current_arg_scope().get(key, {}) | kwargs))

    code = func.__code__
    _known[key] = set(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    with_defaults._key_op = key  # type: ignore[attr-defined]
    return with_defaults


def has_arg_scope(func: Any) -> bool:
    """Whether the arguments of a function can be given by :func:`arg_scope`."""
    return _key(func) in _known


def arg_scoped_arguments(func: Any) -> tuple[str, ...]:
    """The arguments that :func:`arg_scope` can give to a function."""
    return tuple(sorted(_known.get(_key(func), ())))


@contextmanager
def arg_scope(list_ops_or_scope: Any, **kwargs: Any) -> Iterator[Scope]:
    """A with block in which functions have these arguments unless a call gives them itself.

    A scope that an earlier block gave is gone back to. Raises ValueError for a function without
    :func:`add_arg_scope`, TypeError for what is neither.
    """
    if isinstance(list_ops_or_scope, dict):
        if kwargs:
            raise ValueError("When attempting to re-use a scope by suppling a dictionary, kwargs must be empty.")
        scope = dict(list_ops_or_scope)
    elif isinstance(list_ops_or_scope, list | tuple):
        scope = dict(current_arg_scope())
        for function in list_ops_or_scope:
            if not has_arg_scope(function):
                raise ValueError(f"{_key(function)} is not decorated with @add_arg_scope")
            scope[_key(function)] = scope.get(_key(function), {}) | kwargs
    else:
        raise TypeError("list_ops_or_scope must either be a list/tuple or reused scope (i.e. dict)")
    _scopes.append(scope)
    try:
        yield scope
    finally:
        _scopes.pop()


def model_variable(name: str, shape: Any = None, *args: Any, **kwargs: Any) -> Any:
    """As ``tf.get_variable``, for a variable of a model: it joins the collection "model_variables" too."""
    keys = kwargs.pop("collections", None) or [GraphKeys.GLOBAL_VARIABLES]
    kwargs.pop("device", None)
    return get_variable(name, shape, *args, **(kwargs | {"collections": [*keys, GraphKeys.MODEL_VARIABLES]}))


def variable(name: str, shape: Any = None, *args: Any, **kwargs: Any) -> Any:
    """As ``tf.get_variable``."""
    kwargs.pop("device", None)
    return get_variable(name, shape, *args, **kwargs)


def local_variable(initial_value: Any, validate_shape: bool = True, name: str | None = None, **kwargs: Any) -> Any:
    """A variable that is neither trained nor saved."""
    keys = [GraphKeys.LOCAL_VARIABLES]
    return Variable(initial_value, trainable=False, collections=keys, validate_shape=validate_shape, name=name)


def get_variables(
    scope: Any = None, suffix: str | None = None, collection: str = GraphKeys.GLOBAL_VARIABLES
) -> list[Any]:
    """The variables of a collection in a scope, with names that end with ``suffix``."""
    prefix = getattr(scope, "name", scope)
    found = get_collection(collection, prefix)
    return found if suffix is None else [each for each in found if each.op.name.endswith(suffix)]


def get_model_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """The variables that layers of ``tf.contrib`` made."""
    return get_variables(scope, suffix, GraphKeys.MODEL_VARIABLES)


def get_local_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """The local variables."""
    return get_variables(scope, suffix, GraphKeys.LOCAL_VARIABLES)


def get_trainable_variables(scope: Any = None, suffix: str | None = None) -> list[Any]:
    """The variables that optimizers train."""
    found = trainable_variables(getattr(scope, "name", scope))
    return found if suffix is None else [each for each in found if each.op.name.endswith(suffix)]


def get_variables_by_name(given_name: str, scope: Any = None) -> list[Any]:
    """The variables whose own name, behind their scopes, is this."""
    return [each for each in get_variables(scope) if each.op.name.rpartition("/")[2] == given_name]


def get_variables_by_suffix(suffix: str, scope: Any = None) -> list[Any]:
    """The variables whose names end with this."""
    return get_variables(scope, suffix)


def get_variables_to_restore(include: Iterable[str] | None = None, exclude: Iterable[str] | None = None) -> list[Any]:
    """The variables in the scopes of ``include`` (all of them) and in none of ``exclude``."""
    wanted = [""] if include is None else list(include)
    found = dict.fromkeys(each for scope in wanted for each in get_variables(scope))
    dropped = {each for scope in exclude or () for each in get_variables(scope)}
    return [each for each in found if each not in dropped]
