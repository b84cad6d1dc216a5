"""The random numbers of a session.

An operation with a seed has TensorFlow's numbers: a stream of its own, which every execution moves on. One without
has numbers that depend on the session's seed, the operation and the number of the run, and on nothing else: Philox
is a counter-based generator, so that they are the same however the run was reached.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from os import urandom

import numpy as np

from ..graph import Operation
from ..graph.seeds import seeds_of
from .numpy_numbers import NumpyNumbers
from .philox import PhiloxNumbers

Numbers = NumpyNumbers | PhiloxNumbers


class RandomSource:
    """The random numbers of one session."""

    def __init__(self, seed: int | None) -> None:
        #: Whether the session's numbers are to be the same every time.
        self.is_seeded = seed is not None
        self._seed = int.from_bytes(urandom(8)) >> 1 if seed is None else seed
        #: The number of the present run; whoever replays a run sets it back.
        self.run = 0
        #: Which iteration of a loop is running; 0 outside of loops.
        self.iteration = 0
        self._streams: dict[str, PhiloxNumbers] = {}
        #: Where streams begin that no plan has asked for yet.
        self._restored: dict[str, int] = {}
        #: Where streams were in bodies of this run, by iteration: bodies of gradients compute the same numbers again.
        self._drawn: dict[tuple[str, int], int] = {}
        self._drawn_in = 0

    def numbers(self, op: Operation) -> Callable[[], Numbers]:
        """The operation's numbers in the present run; to be called at every step."""
        seeds = seeds_of(op)
        if seeds is not None:
            place = f"{op.node_name}:{seeds[0]}:{seeds[1]}"
            stream = self._stream(place, seeds)
            return lambda: self._in_body(place, stream) if self.iteration else stream
        words = [self._seed & (2**63 - 1), zlib.crc32(op.node_name.encode()), 1]
        key = np.random.SeedSequence(words).generate_state(2, np.uint64).astype(np.uint64, copy=False)
        return lambda: NumpyNumbers(
            np.random.Generator(np.random.Philox(counter=[0, 0, self.iteration, self.run], key=key))
        )

    def _in_body(self, key: str, stream: PhiloxNumbers) -> PhiloxNumbers:
        """The stream, or, where this iteration has drawn in this run already, a copy at the place it was then."""
        if self._drawn_in != self.run:
            self._drawn.clear()
            self._drawn_in = self.run
        start = self._drawn.setdefault((key, self.iteration), stream.position)
        return stream if start == stream.position else stream.at(start)

    def _stream(self, key: str, seeds: tuple[int, int]) -> PhiloxNumbers:
        """The stream of an operation: the same one in all plans, as long as its seeds stay."""
        if key not in self._streams:
            self._streams[key] = PhiloxNumbers(*seeds, position=self._restored.get(key, 0))
        return self._streams[key]

    def positions(self) -> dict[str, int]:
        """How far the stream of each operation with a seed has moved on; those that have not are left out."""
        positions = self._restored | {key: stream.position for key, stream in self._streams.items()}
        return {key: position for key, position in positions.items() if position}

    def restore(self, positions: Mapping[str, int]) -> None:
        """Puts the streams where :meth:`positions` said they were; those it did not name begin anew."""
        self._restored = dict(positions)
        self._drawn.clear()
        for key, stream in self._streams.items():
            stream.position = self._restored.get(key, 0)
