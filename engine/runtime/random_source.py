"""Random numbers that depend on a seed, the operation and the number of the run, and on nothing else.

Philox is a counter-based generator: the same (seed, operation, run) gives the same numbers however the run was
reached, so that a training run can be replayed from any point.
"""

from __future__ import annotations

import secrets
import zlib
from typing import Any

import numpy as np

from ..graph import Operation


class RandomSource:
    """The random numbers of one session."""

    def __init__(self, seed: int | None) -> None:
        self._seed = secrets.randbits(63) if seed is None else seed
        #: The number of the present run; whoever replays a run sets it back.
        self.run = 0
        #: Which iteration of a loop is running; 0 outside of loops.
        self.iteration = 0

    def key(self, op: Operation) -> np.ndarray[Any, np.dtype[np.uint64]]:
        """The key of an operation's own stream: from its seed attribute, or else from its name."""
        own = op.attributes.get("seed")
        if own is None:
            words = [self._seed & (2**63 - 1), zlib.crc32(op.node_name.encode()), 1]
        else:
            words = [int(own) & (2**63 - 1), 0]
        return np.random.SeedSequence(words).generate_state(2, np.uint64).astype(np.uint64, copy=False)

    def generator(self, key: np.ndarray[Any, np.dtype[np.uint64]]) -> np.random.Generator:
        """The generator for one operation in the present run."""
        return np.random.Generator(np.random.Philox(counter=[0, 0, self.iteration, self.run], key=key))
