"""``tf.contrib.legacy_seq2seq``: sequences as lists of tensors, one for each step."""

from . import attention as _attention
from . import losses as _losses
from . import networks as _networks
from .attention import *  # noqa: F403
from .losses import *  # noqa: F403
from .networks import *  # noqa: F403

__all__: list[str] = []
__all__ += _attention.__all__
__all__ += _losses.__all__
__all__ += _networks.__all__
