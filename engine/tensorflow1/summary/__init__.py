"""``tf.summary``: what a run shows to TensorBoard."""

from ...encoding.summary import Event, HistogramProto, SessionLog, Summary, SummaryMetadata, TaggedRunMetadata
from . import operations as _operations
from . import writer as _writer
from .operations import *  # noqa: F403
from .writer import *  # noqa: F403

__all__ = ["Event", "HistogramProto", "SessionLog", "Summary", "SummaryMetadata", "TaggedRunMetadata"]
__all__ += _operations.__all__
__all__ += _writer.__all__
