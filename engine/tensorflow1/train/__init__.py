"""``tf.train``: optimizers, checkpoints."""

from . import checkpoints as _checkpoints
from . import meta_graph as _meta_graph
from . import optimizer as _optimizer
from . import optimizers as _optimizers
from . import saver as _saver
from .checkpoints import *  # noqa: F403
from .meta_graph import *  # noqa: F403
from .optimizer import *  # noqa: F403
from .optimizers import *  # noqa: F403
from .saver import *  # noqa: F403

__all__: list[str] = []
__all__ += _checkpoints.__all__
__all__ += _meta_graph.__all__
__all__ += _optimizer.__all__
__all__ += _optimizers.__all__
__all__ += _saver.__all__
