"""Places in a training run."""

from __future__ import annotations

from typing import NamedTuple


class Moment(NamedTuple):
    """A place in a run; moments are ordered as the run comes by them."""

    epoch: int
    #: Which mini-batch of the epoch.
    batch: int
    #: How many operations of the mini-batch's step have been carried out. Once all have, this is the same state as
    #: the one before the first operation of the next mini-batch.
    operation: int
