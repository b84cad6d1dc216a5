"""Every number put into the ring comes out once and in order, however reads and writes take turns."""

import multiprocessing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.run.ring import Ring


@given(
    capacity=st.integers(1, 40),
    turns=st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=60),
)
def test_what_is_read_is_what_was_written(capacity, turns):
    ring = Ring.create(capacity)
    far_end = Ring.attach(ring.name, capacity)
    try:
        accepted, taken = 0, []
        for count, reads in turns:
            room = capacity - (accepted - len(taken))
            was_accepted = far_end.write(np.arange(accepted, accepted + count, dtype=np.float64))
            assert was_accepted == (count <= room)
            accepted += count * was_accepted
            assert ring.written == accepted
            if reads:
                taken.extend(ring.read().tolist())
                assert taken == list(range(accepted))
        taken.extend(ring.read().tolist())
        assert taken == list(range(accepted))
        assert not len(ring.read())
    finally:
        far_end.close()
        ring.close()


def test_skipping_drops_only_what_lies_before_the_position():
    ring = Ring.create(10)
    try:
        ring.write(np.arange(4.0))
        position = ring.written
        ring.write(np.arange(4.0, 8.0))
        ring.skip_to(position)
        assert ring.read().tolist() == [4.0, 5.0, 6.0, 7.0]
        ring.skip_to(position)
        assert not len(ring.read()), "skipping never goes back"
        assert ring.write(np.arange(10.0)), "what was skipped makes room"
    finally:
        ring.close()


def write_everything(name, capacity, total):
    ring = Ring.attach(name, capacity)
    written = 0
    while written < total:
        block = np.arange(written, min(written + 1 + written % 17, total), dtype=np.float64)
        if ring.write(block):
            written += len(block)
    ring.close()


def test_two_processes_at_full_speed_lose_nothing():
    total, capacity = 200_000, 97
    ring = Ring.create(capacity)
    process = multiprocessing.get_context("spawn").Process(target=write_everything, args=(ring.name, capacity, total))
    process.start()
    try:
        parts = []
        while sum(map(len, parts)) < total and (process.is_alive() or ring.written > sum(map(len, parts))):
            part = ring.read()
            if len(part):
                parts.append(part)
        assert np.array_equal(np.concatenate(parts), np.arange(total))
    finally:
        process.kill()
        process.join()
        ring.close()


def test_the_memory_has_no_name_left_once_it_is_unlinked():
    ring = Ring.create(4)
    far_end = Ring.attach(ring.name, 4)
    ring.unlink()
    with pytest.raises(FileNotFoundError):
        Ring.attach(ring.name, 4)
    far_end.write(np.ones(2))
    assert ring.read().tolist() == [1.0, 1.0], "both ends go on working"
    far_end.close()
    ring.close()
