"""``tf.nn``: activations, losses, convolution and what else networks are made of."""

from __future__ import annotations

import importlib
from typing import Any

from ..graph.suggest import unknown_name as _unknown_name
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


def __getattr__(name: str) -> Any:
    """``tf.nn.seq2seq``, as TensorFlow called it before 1.0; for other names an error that names what there is."""
    if name == "seq2seq":
        return importlib.import_module(".contrib.legacy_seq2seq", __package__)
    raise _unknown_name("tensorflow.nn", name, [each for each in globals() if not each.startswith("_")])
