"""Functions whose variables are shared by all their calls: ``tf.make_template``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .variable_scope import VariableScope, variable_scope

__all__ = ["make_template"]


def make_template(
    name_: str,
    func_: Callable[..., Any],
    create_scope_now_: bool = False,
    unique_name_: str | None = None,
    custom_getter_: Any = None,
    **kwargs: Any,
) -> Callable[..., Any]:
    """``func_`` as a function that makes its variables at the first call and shares them at all later ones."""
    return _Template(name_, functools.partial(func_, **kwargs), create_scope_now_, unique_name_, custom_getter_)


class _Template:
    """A function whose variables are shared by all its calls."""

    def __init__(
        self, name: str, function: Callable[..., Any], now: bool, unique_name: str | None, custom_getter: Any
    ) -> None:
        self._name = name
        self._function = function
        self._unique_name = unique_name
        self._custom_getter = custom_getter
        self._scope: VariableScope | None = None
        self._called = False
        if now:
            with self._first_scope() as scope:
                self._scope = scope

    def _first_scope(self) -> variable_scope:
        return variable_scope(self._unique_name, default_name=self._name, custom_getter=self._custom_getter)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        block = self._first_scope() if self._scope is None else variable_scope(self._scope, reuse=self._called)
        with block as scope:
            self._scope = self._scope or scope
            result = self._function(*args, **kwargs)
        self._called = True
        return result

    @property
    def variable_scope(self) -> VariableScope | None:
        return self._scope

    @property
    def trainable_variables(self) -> list[Any]:
        return [] if self._scope is None else self._scope.trainable_variables()

    @property
    def variables(self) -> list[Any]:
        return [] if self._scope is None else self._scope.global_variables()
