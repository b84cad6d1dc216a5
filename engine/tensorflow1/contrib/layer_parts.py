"""What all layers of ``tf.contrib.layers`` do: other names for their variables, collections, normalizers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..scopes import GraphKeys, add_to_collection, get_collection
from ..variable_scope import VariableScope, variable_scope


@contextmanager
def renamed(
    scope: Any, default: str, inputs: Any, reuse: Any, names: dict[str, str], collections: Any
) -> Iterator[VariableScope]:
    """A variable scope in which the variables of ``tf.layers`` have other names and join "model_variables".

    They join ``collections``, too: keys, or a dict with the keys for each name.
    """

    def getter(getter: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
        begin, slash, layers_name = name.rpartition("/")
        own = names.get(layers_name, layers_name)
        found = getter(f"{begin}{slash}{own}", *args, **kwargs)
        keys = collections.get(own) if isinstance(collections, dict) else collections
        for key in [GraphKeys.MODEL_VARIABLES, *keys_of(keys)]:
            if found not in get_collection(key):
                add_to_collection(key, found)
        return found

    with variable_scope(scope, default, [inputs], reuse=reuse, custom_getter=getter) as opened:
        yield opened


def finished(outputs: Any, normalizer_fn: Any, normalizer_params: Any, activation_fn: Any, collections: Any) -> Any:
    """A layer's outputs, normalized and activated."""
    if normalizer_fn is not None:
        outputs = normalizer_fn(outputs, **(normalizer_params or {}))
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return collected(outputs, collections)


def keys_of(collections: Any) -> list[Any]:
    return [collections] if isinstance(collections, str) else list(collections or ())


def collected(outputs: Any, collections: Any) -> Any:
    """A layer's outputs, which join collections."""
    for key in keys_of(collections):
        add_to_collection(key, outputs)
    return outputs


def layout(data_format: str | None) -> str:
    return "channels_first" if data_format is not None and data_format.startswith("NC") else "channels_last"
