"""``tf.nn``: activations, losses, convolution and what else networks are made of."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ..graph.suggest import explain_unknown_names as _explain_unknown_names
from ..graph.suggest import unknown_name as _unknown_name
from .fronts import front_with as _front_with
from .fronts import names_of as _names_of

if TYPE_CHECKING:
    from . import rnn_cell  # noqa: F401
    from .activations import *  # noqa: F403
    from .affine import *  # noqa: F403
    from .convolution import *  # noqa: F403
    from .cross_entropy import *  # noqa: F403
    from .dropout import *  # noqa: F403
    from .embedding import *  # noqa: F403
    from .normalization import *  # noqa: F403
    from .pooling import *  # noqa: F403
    from .ranking import *  # noqa: F403
    from .rnn import *  # noqa: F403
    from .rnn_raw import *  # noqa: F403
    from .sampling import *  # noqa: F403
    from .spatial import depth_to_space, space_to_depth  # noqa: F401
    from .statistics import *  # noqa: F403

#: The modules whose names these are; the most used first.
_FRONTS = (
    "activations",
    "cross_entropy",
    "affine",
    "dropout",
    "convolution",
    "pooling",
    "normalization",
    "embedding",
    "ranking",
    "statistics",
    "sampling",
    "rnn",
    "rnn_raw",
)
#: Names of a module that has others, which are not here.
_ELSEWHERE = {"depth_to_space": "spatial", "space_to_depth": "spatial"}
#: Modules that programs call by these names; ``tf.nn.seq2seq`` is from before 1.0.
_SUBMODULES = {"rnn_cell": "rnn_cell", "seq2seq": "contrib.legacy_seq2seq"}


def __getattr__(name: str) -> Any:
    found = globals()[name] = _found(name)
    return found


def _found(name: str) -> Any:
    if name in _SUBMODULES:
        submodule = importlib.import_module(f".{_SUBMODULES[name]}", __package__)
        _explain_unknown_names(submodule)
        return submodule
    if name in _ELSEWHERE:
        return getattr(importlib.import_module(f".{_ELSEWHERE[name]}", __package__), name)
    front = None if name.startswith("__") else _front_with(_FRONTS, name)
    if front is None:
        raise _unknown_name("tensorflow.nn", name, __dir__())
    return getattr(front, name)


def __dir__() -> list[str]:
    return sorted({*_ELSEWHERE, *_SUBMODULES, *_names_of(_FRONTS)})
