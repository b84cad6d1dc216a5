"""The random numbers of a session.

An operation with a seed has TensorFlow's numbers: a stream of its own, which every execution moves on. One without
has numbers that depend on the session's seed, the operation and the number of the run, and on nothing else: Philox
is a counter-based generator, so that they are the same however the run was reached.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Callable, Mapping

import numpy as np

from ..graph import Operation
from ..graph.seeds import seeds_of
from .numpy_numbers import NumpyNumbers
from .philox import PhiloxNumbers

Numbers = NumpyNumbers | PhiloxNumbers


class RandomSource:
    """The random numbers of one session."""

    def __init__(self, seed: int | None) -> None:
        self._seed = secrets.randbits(63) if seed is None else seed
        #: The number of the present run; whoever replays a run sets it back.
        self.run = 0
        #: Which iteration of a loop is running; 0 outside of loops.
        self.iteration = 0
        self._streams: dict[str, PhiloxNumbers] = {}
        #: Where streams begin that no plan has asked for yet.
        self._restored: dict[str, int] = {}

    def numbers(self, op: Operation) -> Callable[[], Numbers]:
        """The operation's numbers in the present run; to be called at every step."""
        seeds = seeds_of(op)
        if seeds is not None:
            stream = self._stream(op.node_name, seeds)
            return lambda: stream
        words = [self._seed & (2**63 - 1), zlib.crc32(op.node_name.encode()), 1]
        key = np.random.SeedSequence(words).generate_state(2, np.uint64).astype(np.uint64, copy=False)
        return lambda: NumpyNumbers(
            np.random.Generator(np.random.Philox(counter=[0, 0, self.iteration, self.run], key=key))
        )

    def _stream(self, name: str, seeds: tuple[int, int]) -> PhiloxNumbers:
        """The stream of an operation: the same one in all plans, as long as its seeds stay."""
        key = f"{name}:{seeds[0]}:{seeds[1]}"
        if key not in self._streams:
            self._streams[key] = PhiloxNumbers(*seeds, position=self._restored.get(key, 0))
        return self._streams[key]

    def positions(self) -> dict[str, int]:
        """How far the stream of each operation with a seed has moved on."""
        return self._restored | {key: stream.position for key, stream in self._streams.items()}

    def restore(self, positions: Mapping[str, int]) -> None:
        """Puts the streams where :meth:`positions` said they were; those it did not name begin anew."""
        self._restored = dict(positions)
        for key, stream in self._streams.items():
            stream.position = self._restored.get(key, 0)
