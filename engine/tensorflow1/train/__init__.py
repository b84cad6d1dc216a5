"""``tf.train``: optimizers, schedules, checkpoints, monitored sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...graph.suggest import unknown_name as _unknown_name
from ..fronts import front_with as _front_with
from ..fronts import names_of as _names_of

if TYPE_CHECKING:
    from ..summary.writer import FileWriter as SummaryWriter  # noqa: F401
    from .averages import *  # noqa: F403
    from .checkpoints import *  # noqa: F403
    from .coordinator import *  # noqa: F403
    from .graph_files import *  # noqa: F403
    from .hooks import *  # noqa: F403
    from .meta_graph import *  # noqa: F403
    from .monitored import *  # noqa: F403
    from .optimizer import *  # noqa: F403
    from .optimizers import *  # noqa: F403
    from .producers import *  # noqa: F403
    from .saver import *  # noqa: F403
    from .schedules import *  # noqa: F403
    from .server import *  # noqa: F403
    from .steps import *  # noqa: F403
    from .supervisor import *  # noqa: F403
    from .warm_start import *  # noqa: F403

#: The modules whose names these are; the most used first.
_FRONTS = (
    "train.optimizers",
    "train.optimizer",
    "train.steps",
    "train.schedules",
    "train.averages",
    "train.coordinator",
    "train.producers",
    "train.checkpoints",
    "train.saver",
    "train.meta_graph",
    "train.graph_files",
    "train.hooks",
    "train.server",
    "train.monitored",
    "train.supervisor",
    "train.warm_start",
)


def __getattr__(name: str) -> Any:
    if name == "SummaryWriter":
        from ..summary.writer import FileWriter

        return FileWriter
    front = None if name.startswith("__") else _front_with(_FRONTS, name)
    if front is None:
        raise _unknown_name("tensorflow.train", name, __dir__())
    found = globals()[name] = getattr(front, name)
    return found


def __dir__() -> list[str]:
    return sorted({"SummaryWriter", *_names_of(_FRONTS)})
