"""``tf.layers``: functions with variables of their own."""

from . import base as _base
from . import convolutional as _convolutional
from . import core as _core
from . import normalization as _normalization
from . import pooling as _pooling
from . import separable as _separable
from . import transposed as _transposed
from .base import *  # noqa: F403
from .convolutional import *  # noqa: F403
from .core import *  # noqa: F403
from .normalization import *  # noqa: F403
from .pooling import *  # noqa: F403
from .separable import *  # noqa: F403
from .transposed import *  # noqa: F403

__all__: list[str] = []
__all__ += _base.__all__
__all__ += _convolutional.__all__
__all__ += _core.__all__
__all__ += _normalization.__all__
__all__ += _pooling.__all__
__all__ += _separable.__all__
__all__ += _transposed.__all__
