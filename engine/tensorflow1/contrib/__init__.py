"""``tf.contrib``: what was beside TensorFlow 1's own functions; each part is imported when it is first named."""

from __future__ import annotations

import importlib
from typing import Any

from ...graph.suggest import explain_unknown_names as _explain_unknown_names
from ...graph.suggest import unknown_name as _unknown_name

#: The parts there are.
_PARTS = (
    "data",
    "distributions",
    "framework",
    "layers",
    "legacy_seq2seq",
    "lookup",
    "losses",
    "metrics",
    "opt",
    "rnn",
    "seq2seq",
    "slim",
    "training",
    "util",
)

__all__ = list(_PARTS)


def __getattr__(name: str) -> Any:
    if name not in _PARTS:
        raise _unknown_name("tensorflow.contrib", name, _PARTS)
    found = importlib.import_module(f".{name}", __name__)
    _explain_unknown_names(found)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_PARTS})
