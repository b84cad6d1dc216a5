"""Work in parts on several threads, and the matrix library's own threads meanwhile."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from engine.runtime import parallel
from engine.runtime.blas_threads import _libraries, blas_at_one_thread
from engine.runtime.parallel import run_parts, set_thread_count, thread_count


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    set_thread_count(2)
    yield
    set_thread_count(None)


def meet() -> tuple[threading.Barrier, set[int]]:
    """A place where two threads wait for each other, and the threads that came."""
    return threading.Barrier(2, timeout=10), set()


def test_every_part_is_done_once_and_each_thread_has_a_room_of_its_own():
    barrier, rooms = meet()
    done = []

    def work(part, room):
        if part < 2:
            barrier.wait()
            rooms.add((room, threading.get_ident()))
        done.append(part)

    run_parts(work, range(50), ["first", "second"])
    assert sorted(done) == list(range(50))
    assert {room for room, _ in rooms} == {"first", "second"} and len({thread for _, thread in rooms}) == 2
    assert ("first", threading.get_ident()) in rooms


@pytest.mark.parametrize(("count", "rooms", "parts"), [(1, 2, 4), (2, 1, 4), (2, 2, 1)])
def test_one_thread_one_room_or_one_part_stays_on_the_callers_thread(count, rooms, parts):
    set_thread_count(count)
    threads = set()
    run_parts(lambda part, room: threads.add((room, threading.get_ident())), range(parts), list(range(rooms)))
    assert threads == {(0, threading.get_ident())}


def test_no_parts_are_no_work():
    run_parts(lambda part, room: pytest.fail("called"), [], [None, None])


def test_the_first_parts_exception_is_raised_after_all_parts_have_ended_and_the_threads_go_on():
    barrier, _ = meet()
    done = []

    def work(part, room):
        if part < 2:
            barrier.wait()
            raise KeyError(part)
        done.append(part)

    for _ in range(3):
        done.clear()
        with pytest.raises(KeyError, match="0"):
            run_parts(work, range(6), [None, None])
        assert sorted(done) == [2, 3, 4, 5]


def test_parts_within_a_part_run_on_its_thread():
    barrier, _ = meet()
    found = []

    def outer(part, room):
        barrier.wait()
        inside = []
        run_parts(lambda part, room: inside.append((part, room, threading.get_ident())), range(3), ["a", "b"])
        found.append(inside == [(number, "a", threading.get_ident()) for number in range(3)])

    run_parts(outer, range(2), [None, None])
    assert found == [True, True]


def test_two_callers_at_a_time_both_get_their_work_done():
    barrier = threading.Barrier(2, timeout=10)
    sums = [np.zeros(40) for _ in range(2)]

    def caller(own):
        barrier.wait()
        for _ in range(200):
            run_parts(lambda part, room: own.__setitem__(part, own[part] + 1), range(40), [None, None])

    other = threading.Thread(target=caller, args=(sums[0],))
    other.start()
    caller(sums[1])
    other.join()
    assert all((own == 200).all() for own in sums)


def test_the_callers_error_state_holds_in_every_thread():
    barrier, _ = meet()

    def work(part, room):
        barrier.wait()
        np.log(np.zeros(3))

    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        run_parts(work, range(2), [None, None])
    with np.errstate(all="ignore"):
        run_parts(work, range(2), [None, None])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_process_makes_threads_of_its_own():
    def threads_of_two_parts() -> int:
        barrier, threads = meet()

        def work(part, room):
            barrier.wait()
            threads.add(threading.get_ident())

        run_parts(work, range(2), [None, None])
        return len(threads)

    assert threads_of_two_parts() == 2
    process = os.fork()
    if process == 0:
        try:
            os._exit(0 if threads_of_two_parts() == 2 else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_the_number_of_threads_is_as_set_as_told_or_one_for_each_core(monkeypatch):
    assert thread_count() == 2
    set_thread_count(None)
    monkeypatch.setenv(parallel.VARIABLE, "3")
    assert thread_count() == 3
    set_thread_count(None)
    monkeypatch.delenv(parallel.VARIABLE)
    assert 1 <= thread_count() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("told", ["0", "two", "-1"])
def test_a_number_of_threads_that_is_none_is_refused(monkeypatch, told):
    set_thread_count(None)
    monkeypatch.setenv(parallel.VARIABLE, told)
    with pytest.raises(
        ValueError, match=f"CHAINRULE_THREADS must be a number of threads from 1 on, but it is '{told}'"
    ):
        thread_count()
    with pytest.raises(ValueError, match="must be 1 or more, but it is 0"):
        set_thread_count(0)


def test_the_matrix_library_runs_at_one_thread_within_and_as_before_after():
    def counts() -> list[int]:
        return [library.get_num_threads() for library in _libraries()]

    before = counts()
    with blas_at_one_thread:
        with blas_at_one_thread:
            assert set(counts()) <= {1}
        assert set(counts()) <= {1}
    assert counts() == before
