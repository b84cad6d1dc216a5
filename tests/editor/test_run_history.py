"""A history of any length keeps its ends whole and its peaks, in a bounded number of points."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.run.curves import EXACT_ROWS, Curves
from editor.run.history import ArraySummary, RunHistory
from editor.run.outbox import RecordOutbox, RowOutbox
from editor.run.ring import Ring

LIMIT = 8 * EXACT_ROWS


def records_of(*curves):
    return np.column_stack([np.arange(1, 1 + len(curves[0]), dtype=np.float64), *curves])


def append_in_parts(curves, records, part):
    for start in range(0, len(records), part):
        curves.append(records[start : start + part])


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1000),
    length=st.integers(1, 100_000),
    part=st.integers(100, 30_000),
    curve_count=st.integers(1, 3),
    is_constant=st.booleans(),
)
def test_ends_and_extremes_survive_any_length(seed, length, part, curve_count, is_constant):
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(curve_count, length))
    if is_constant:
        values[:] = 1.0
    curves = Curves(curve_count, LIMIT)
    records = records_of(*values)
    append_in_parts(curves, records, part)
    epochs, *kept = curves.columns
    assert len(epochs) <= LIMIT
    assert (np.diff(epochs) > 0).all()
    at = epochs.astype(int) - 1
    for curve, original in zip(kept, values, strict=True):
        assert np.array_equal(curve, original[at]), "every point is one that was there"
        assert curve.min() == original.min()
        assert curve.max() == original.max()
    head = min(length, EXACT_ROWS)
    assert np.array_equal(at[:head], np.arange(head))
    assert np.array_equal(at[-head:], np.arange(length - head, length))
    if length <= LIMIT:
        assert len(epochs) == length


def test_peaks_survive_everywhere_in_a_long_run_and_gaps_stay_small():
    length = 300_000
    losses = np.zeros(length)
    peaks = np.arange(5_000, length - 5_000, 20_000)
    losses[peaks] = np.where(np.arange(len(peaks)) % 2, 9.0, -9.0)
    curves = Curves(1, LIMIT)
    append_in_parts(curves, records_of(losses), 777)
    epochs, kept = curves.columns
    assert set(peaks + 1) <= set(epochs.astype(int)[kept != 0])
    assert np.diff(epochs).max() <= length / 100, "old epochs are not thinned more than others"


def test_a_million_epochs_are_all_there():
    history = RunHistory("loss")
    losses = np.sin(np.arange(1_000_000) / 1000)
    for part in np.array_split(records_of(losses), 50):
        history.append_records(part)
    assert np.array_equal(history.losses, losses)
    assert np.array_equal(history.epochs, np.arange(1, 1_000_001))


def test_a_metric_that_is_not_finite_does_not_hide_the_extremes():
    metric = np.random.default_rng(1).normal(size=30_000)
    metric[12_345] = 50.0
    metric[12_346] = np.nan
    curves = Curves(2, 2 * LIMIT)
    append_in_parts(curves, records_of(np.zeros(30_000), metric), 1000)
    assert np.nanmax(curves.columns[2]) == 50.0
    assert np.nanmin(curves.columns[2]) == np.nanmin(metric)


def test_views_stay_as_they_were_when_more_is_added():
    history = RunHistory("loss", ["accuracy"])
    history.append_records(np.array([[1.0, 0.5, 0.25]]))
    epochs, accuracy = history.epochs, history.metrics["accuracy"]
    history.append_records(np.array([[2.0, 0.4, 0.35]]))
    assert (epochs.tolist(), accuracy.tolist()) == ([1.0], [0.25])
    assert history.metrics["accuracy"].tolist() == [0.25, 0.35]
    assert not history.losses.flags.writeable


def test_records_wait_while_the_ring_is_full_and_go_out_in_order():
    ring = Ring.create(20)
    try:
        outbox = RecordOutbox(ring, 1)
        for epoch in range(1, 101):
            outbox.put(epoch, [float(epoch)], [])
        assert not outbox.is_empty
        assert not outbox.flush(), "there is no room yet"
        taken = []
        while not outbox.is_empty:
            taken.extend(ring.read().reshape(-1, 2).tolist())
            outbox.flush()
        taken.extend(ring.read().reshape(-1, 2).tolist())
        assert taken == [[float(epoch - 1), float(epoch)] for epoch in range(1, 101)]
    finally:
        ring.close()


def test_a_window_that_never_reads_costs_a_bounded_memory_and_no_peak():
    ring = Ring.create(1000)
    try:
        outbox = RecordOutbox(ring, 1)
        losses = np.random.default_rng(3).normal(size=300_000)
        for start in range(0, len(losses), 500):
            outbox.put(start + 500, losses[start : start + 500].tolist(), [])
        parts = []
        while not outbox.is_empty or ring.written > 2 * sum(map(len, parts)):
            parts.append(ring.read().reshape(-1, 2))
            outbox.flush()
        epochs, kept = np.concatenate(parts).T
        assert len(epochs) < 70_000
        assert (np.diff(epochs) > 0).all()
        assert (kept.min(), kept.max()) == (losses.min(), losses.max())
        assert epochs[-1] == 299_999
    finally:
        ring.close()


def rows_until(outbox, last):
    epoch = 0
    while epoch < last:
        epoch = min(outbox.next_at, last)
        outbox.put(epoch, 0.0, {})
    return [row.epoch for row in outbox.take()]


def test_the_table_has_the_first_thousand_epochs_then_fewer_and_always_the_last():
    epochs = rows_until(RowOutbox(10), 1_000_003)
    assert epochs[:1000] == list(range(1000))
    assert epochs[-1] == 1_000_002
    assert len(epochs) < 2000
    gaps = np.diff(epochs)
    assert (gaps <= np.maximum(1, (np.array(epochs[:-1]) + 1) // 100)).all()


def test_large_models_have_few_rows_with_summaries():
    outbox = RowOutbox(1 << 20)
    assert len(rows_until(outbox, 1000)) < 100
    outbox.put(1001, 0.5, {"W": np.full((100, 100), 2.0, np.float32), "b": np.zeros(2)})
    values = outbox.take()[0].values
    assert values["W"] == ArraySummary((100, 100), "float32", 200.0)
    assert str(values["W"]) == "[100, 100] float32, norm 200"
    assert values["b"].tolist() == [0.0, 0.0]


def test_an_epoch_gets_one_row():
    outbox = RowOutbox(1)
    outbox.put(1, 0.5, {})
    outbox.put(1, 0.5, {})
    assert [row.epoch for row in outbox.take()] == [0]
    assert outbox.take() == []
