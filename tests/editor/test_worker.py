"""The training process's side, served on a thread."""

import threading
from multiprocessing import Pipe

import pytest

from editor.run import channel
from editor.run.messages import Answered, Ask, Discard, Load, Prepared, Run
from editor.run.ring import Ring
from editor.run.worker import Worker
from engine.formats.graph_file import model_to_bytes
from tests.engine.models import linear_regression


@pytest.fixture
def window_end():
    ring = Ring.create(1 << 12)
    window_end, worker_end = Pipe()
    ended = []

    def serve():
        try:
            Worker(worker_end, ring).serve()
        except Exception as error:
            ended.append(error)

    thread = threading.Thread(target=serve)
    thread.start()
    yield window_end
    window_end.close()
    thread.join()
    ring.unlink()
    ring.close()
    assert [type(error) for error in ended] == [EOFError], "the worker ends with the window and not before"


def receive(window_end, kind):
    while not isinstance(message := channel.receive(window_end), kind):
        pass
    return message


def test_a_run_that_is_discarded_while_it_trains_ends_and_leaves_the_worker_alive(window_end):
    channel.send(window_end, Load(1, model_to_bytes(linear_regression()), None, {}, 1, 1 << 20))
    assert receive(window_end, Prepared).problem is None
    channel.send(window_end, Run(1, 10**9))
    channel.send(window_end, Discard(1))
    channel.send(window_end, Ask(("cost",), {}, None))
    assert receive(window_end, Answered).values == {}
