"""Whether all contenders compute the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

#: Of the losses, relative: float32, summed up in another order by each library.
TOLERANCE = 2e-4


class LossMismatchError(Exception):
    """A contender computes something else than the others. The message names it."""


def check_losses(key: str, losses: Mapping[str, Sequence[Sequence[float]]]) -> None:
    """Raises LossMismatchError unless the losses, some numbers for each of the first steps, are those of the first."""
    names = list(losses)
    for name in names[1:]:
        for number, (expected, found) in enumerate(zip(losses[names[0]], losses[name], strict=True), 1):
            if len(found) != len(expected) or not np.allclose(found, expected, TOLERANCE, 1e-6):
                raise LossMismatchError(
                    f"{key}: the loss of step {number} is {_text(found)} with {name}, but {_text(expected)} with "
                    f"{names[0]}; they do not compute the same."
                )


def _text(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:.7g}" for number in numbers[:4]) + (", …" if len(numbers) > 4 else "")
