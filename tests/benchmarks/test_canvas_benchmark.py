"""The benchmark of the canvas: it runs small, and its table tells goals and ratios as they are."""

from __future__ import annotations

import os
import sys

import pytest

from benchmarks.canvas.__main__ import OURS, PEER, measure, table
from benchmarks.canvas.operations import OPERATIONS
from benchmarks.canvas.sample import sample


def test_a_sample_is_a_graph_without_circles_in_columns() -> None:
    of_100 = sample(100)
    assert len(of_100.places) == len(set(of_100.places)) == len(of_100.sources) == 100
    assert [len(sources) for sources in of_100.sources] == [0] * 10 + [2] * 90
    for node, sources in enumerate(of_100.sources):
        assert all(of_100.places[source][0] < of_100.places[node][0] for source in sources)
    assert sample(100) == of_100


def test_every_operation_is_measured_on_a_small_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "QT_QPA_PLATFORM", "offscreen")
    times = measure(sys.executable, OURS, 40, 120)
    assert times.keys() == {operation.key for operation in OPERATIONS}
    assert all(seconds and min(seconds) >= 0 for seconds in times.values())


def test_the_table_tells_medians_high_frames_ratios_and_goals() -> None:
    frames = [0.002] * 18 + [0.020] * 2
    times = {
        (OURS, 1000): {"pan-100": [0.004] * 20, "drag-1": frames, "save": [0.1]},
        (PEER, 1000): {"pan-100": [0.040] * 20},
    }
    rows = table(times, [1000]).splitlines()[2:]
    assert rows == [
        "| save it | 1,000 | 100.0 | not within the limit |  |  |  |",
        "| pan at 100 %, a frame | 1,000 | 4.0 (4.0) | 40.0 (40.0) | × 10.0 | ≤ 16 | met |",
        "| drag one node, a frame | 1,000 | 2.0 (20.0) | not within the limit |  | ≤ 16 | **not met** |",
    ]
