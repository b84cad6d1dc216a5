"""``tf.contrib.seq2seq``: networks that write sequences, attention, and losses of sequences."""

from . import attention as _attention
from . import decoding as _decoding
from . import helpers as _helpers
from . import loss as _loss
from .attention import *  # noqa: F403
from .decoding import *  # noqa: F403
from .helpers import *  # noqa: F403
from .loss import *  # noqa: F403

__all__: list[str] = []
__all__ += _attention.__all__
__all__ += _decoding.__all__
__all__ += _helpers.__all__
__all__ += _loss.__all__
