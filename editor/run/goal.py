"""How far a run is to be trained."""

from __future__ import annotations


class Goal:
    """The count of epochs that a run is trained for: where it began and where it ends."""

    def __init__(self) -> None:
        self._base = 0
        #: The epoch at which the count ends.
        self.target = 0
        #: Whether training is to pause before that, after one epoch.
        self._is_stepping = False

    def begin_again(self) -> None:
        """The run is at epoch 0."""
        self._base = self.target = 0

    def is_reached(self, epoch: int) -> bool:
        """Whether a run that has stopped at ``epoch`` is finished."""
        return not self._is_stepping and epoch >= self.target

    def train_for(self, count: int, epoch: int, is_finished: bool) -> None:
        """To the end of a count of epochs, as it is at ``epoch``; after that, for so many more."""
        if is_finished or epoch >= self._base + count:
            self._base = epoch
        self.target = self._base + count
        self._is_stepping = False

    def train_one(self, count: int, epoch: int) -> None:
        """One epoch on from ``epoch``, in a count that goes on later."""
        if epoch >= self.target:
            self.target = max(self._base + count, epoch + 1)
        self._is_stepping = True

    def train_to(self, wanted: int, epoch: int) -> None:
        """To an epoch, one on from ``epoch`` at the least."""
        self.target = max(wanted, epoch + 1)
        self._is_stepping = False
