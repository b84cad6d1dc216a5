"""Numbers of tensors over the epochs of a run, against numpy's gradient descent by hand."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from editor.features.plotting_series import _PAST_EPOCHS, _spread
from editor.run.controller import RunState
from editor.run.measuring import Measured
from editor.run.series_curves import SeriesCurves
from editor.window import MainWindow
from engine.debugger.tensors.series import Measure, Series
from engine.debugger.tensors.tensor_name import Kind, TensorName
from engine.training.run import TrainingRun
from tests.editor.gui import click
from tests.editor.test_tensors import PATIENCE, open_model, step, table, window  # noqa: F401
from tests.engine.models import classifier

W = Series(TensorName("W"), Measure.MEAN)
GRADIENT = Series(TensorName("W", 0, Kind.GRADIENT), Measure.NORM)


def by_hand(epochs: int) -> tuple[list[float], list[float]]:
    """W after each epoch of the tutorial's regression, and the magnitude of its gradient in it."""
    x, y = np.array([1.0, 2, 3, 4]), np.array([5.0, 8, 11, 14])
    weight = bias = 1.0
    weights, gradients = [], []
    for _ in range(epochs):
        error = weight * x + bias - y
        gradient = np.mean(2 * error * x)
        weight, bias = weight - 0.1 * gradient, bias - 0.1 * np.mean(2 * error)
        weights.append(weight)
        gradients.append(abs(gradient))
    return weights, gradients


def run(window: MainWindow, qtbot, epochs: int) -> None:  # noqa: F811
    window.controller.run(epochs)
    qtbot.waitUntil(lambda: window.controller.state is RunState.FINISHED, timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.controller.view is not None, timeout=PATIENCE)


def curve(window: MainWindow, place: int) -> tuple[list[float], list[float]]:  # noqa: F811
    return window.plot.plot.drawn_series[place]


def test_the_past_of_a_run_is_measured_and_the_run_stays_where_it_is(window, qtbot):  # noqa: F811
    plotting = window.features.plotting
    run(window, qtbot, 40)
    moment = window.controller.view.moment
    losses = list(window.controller.history.losses)
    plotting.add(W)
    plotting.add(GRADIENT)
    assert plotting.past.isEnabled()
    qtbot.waitUntil(lambda: len(curve(window, 1)[0]) == 1, timeout=PATIENCE)
    plotting.past.trigger()
    qtbot.waitUntil(lambda: len(curve(window, 0)[0]) == 40, timeout=PATIENCE)
    weights, gradients = by_hand(40)
    assert curve(window, 0)[0] == list(range(40))
    assert curve(window, 0)[1] == pytest.approx(weights, rel=1e-4)
    assert curve(window, 1)[1] == pytest.approx(gradients, rel=1e-3, abs=1e-4)
    qtbot.waitUntil(lambda: not plotting._is_asked, timeout=PATIENCE)
    with qtbot.waitSignal(window.controller.moved, timeout=PATIENCE):
        window.controller.step_operation(-1)
    assert window.controller.view.moment == moment._replace(operation=moment.operation - 1)
    assert list(window.controller.history.losses) == losses


def test_a_series_grows_while_the_run_goes_on_and_starts_anew_with_it(window, qtbot):  # noqa: F811
    plotting = window.features.plotting
    window.canvas.select(["cost"])
    window.activateWindow()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_O)
    assert plotting.curves.series == [Series(TensorName("cost"), Measure.ELEMENT)]
    run(window, qtbot, 500)
    qtbot.waitUntil(lambda: 499.0 in curve(window, 0)[0], timeout=PATIENCE)
    qtbot.waitUntil(plotting.past.isEnabled, timeout=PATIENCE)
    epochs, values = curve(window, 0)
    assert epochs == sorted(epochs)
    losses = dict(zip(window.controller.history.epochs, window.controller.history.losses, strict=True))
    for epoch, value in zip(epochs, values, strict=True):
        assert value == pytest.approx(losses[epoch], rel=1e-5, abs=1e-9)
    window.controller.reset()
    qtbot.waitUntil(lambda: not curve(window, 0)[0], timeout=PATIENCE)


def test_a_run_that_is_stepped_is_drawn_without_a_curve_of_losses(window, step, qtbot):  # noqa: F811
    window.canvas.select(["W"])
    window.features.plotting.plot.trigger()
    assert window.features.plotting.curves.series == [Series(TensorName("W"), Measure.ELEMENT, (0,))], "its only one"
    for _ in range(3):
        moment = window.controller.view and window.controller.view.moment
        step(lambda: window.controller.step_batch())
        qtbot.waitUntil(lambda m=moment: window.controller.view.moment != m, timeout=PATIENCE)
        epoch = window.controller.view.moment.epoch
        qtbot.waitUntil(lambda e=epoch: float(e) in curve(window, 0)[0], timeout=PATIENCE)
    assert window.plot.plot.isVisible() and window.plot.empty.isHidden()
    assert curve(window, 0)[1][-1] == pytest.approx(by_hand(3)[0][-1], rel=1e-5)


def test_an_element_is_plotted_from_the_panel(window, step, qtbot):  # noqa: F811
    step(lambda: window.controller.step_batch())
    window.features.tensors.look_at("error")
    qtbot.waitUntil(lambda: len(table(window)) == 4, timeout=PATIENCE)
    view = window.features.tensors.panel.table.view
    click(view.viewport(), view.visualRect(view.model().index(1, 0)).center())
    menu = window.features.plotting.plot_shown.menu()
    menu.actions()[0].trigger()
    assert window.features.plotting.curves.series == [Series(TensorName("error"), Measure.ELEMENT, (1,))]
    qtbot.waitUntil(lambda: curve(window, 0)[1] == [-5.0], timeout=PATIENCE)
    assert window.plot.series_legend.texts() == ["error[1] -5"]


def test_a_series_is_named_with_its_last_number_and_removed_by_its_cross(window, step, qtbot):  # noqa: F811
    plotting = window.features.plotting
    step(lambda: window.controller.step_batch())
    plotting.add(W)
    legend = window.plot.series_legend
    weights, _ = by_hand(1)
    qtbot.waitUntil(lambda: legend.texts() == [f"mean W {weights[0]:.4g}"], timeout=PATIENCE)
    assert legend.isVisible()
    button = legend.remove_button(0)
    click(button, button.rect().center())
    assert plotting.curves.series == [] and window.plot.plot.drawn_series == [] and legend.isHidden()


def test_measuring_the_past_can_be_stopped(window, qtbot):  # noqa: F811
    plotting = window.features.plotting
    run(window, qtbot, 2_000)
    plotting.add(W)
    plotting.past.trigger()
    assert plotting.past.text().startswith("Stop")
    plotting.past.trigger()
    assert plotting.past.text() == "Measure &past epochs"
    qtbot.waitUntil(lambda: not plotting._is_asked, timeout=PATIENCE)
    assert len(curve(window, 0)[0]) < _PAST_EPOCHS


def test_what_is_measured_is_exported_with_the_losses(window, qtbot, tmp_path):  # noqa: F811
    run(window, qtbot, 3)
    window.features.plotting.add(W)
    window.features.plotting.past.trigger()
    qtbot.waitUntil(lambda: len(curve(window, 0)[0]) == 3, timeout=PATIENCE)
    window.plot.export_to(str(tmp_path / "run.csv"))
    lines = (tmp_path / "run.csv").read_text().splitlines()
    assert lines[0] == "epoch,cost,mean W"
    assert [float(line.split(",")[2]) for line in lines[1:]] == pytest.approx(by_hand(3)[0], rel=1e-5)


def test_no_more_series_than_can_be_told_apart(window):  # noqa: F811
    plotting = window.features.plotting
    for node in ("W", "b", "product", "hypothesis"):
        for measure in (Measure.MEAN, Measure.NORM, Measure.MAXIMUM):
            plotting.add(Series(TensorName(node), measure))
    assert len(plotting.curves.series) == 8
    assert "remove one with its cross first" in window.status.refusal
    window.resize(1000, 800)
    assert window.width() == 1000, "the names give way"


def test_another_document_has_no_series(window, tmp_path):  # noqa: F811
    window.features.plotting.add(W)
    open_model(window, classifier(), tmp_path)
    assert window.features.plotting.curves.series == []


def test_points_belong_to_their_run():
    curves = SeriesCurves()
    curves.show_run(1)
    curves.add(W)
    curves.take([W], Measured((0.0, 1.0), ((5.0,), (6.0,))))
    curves.show_run(2)
    assert curves.curves()[0].values.tolist() == []
    curves.take([W], Measured((2.0,), ((7.0,),)))
    curves.show_run(1)
    assert curves.curves()[0].epochs.tolist() == [0, 1] and curves.curves()[0].values.tolist() == [5, 6]
    assert curves.missing(range(4)) == [2, 3]


def test_long_runs_are_measured_at_evenly_spread_epochs():
    assert _spread(range(5), 10) == [0, 1, 2, 3, 4]
    spread = _spread(range(100, 10_100), 200)
    assert len(spread) == 200 and spread[0] == 100 and spread[-1] == 10_099


def test_a_curve_has_so_many_points_at_most_and_keeps_its_order():
    curves = SeriesCurves()
    curves.add(W)
    rng = np.random.default_rng(4)
    epochs = rng.permutation(20_000)
    for epoch in epochs:
        curves.take([W], Measured((float(epoch),), ((2.0 * epoch,),)))
    (curve,) = curves.curves()
    assert len(curve.epochs) <= 1 << 13
    assert (np.diff(curve.epochs) > 0).all() and (curve.values == 2 * curve.epochs).all()
    curves.take([W], Measured((float(curve.epochs[5]),), ((-1.0,),)))
    assert curves.curves()[0].values[5] == -1.0


def test_looking_changes_no_bit_of_a_run(window, qtbot, tmp_path):  # noqa: F811
    model = classifier(rows=50, batch_size=8, seed=3)
    straight = TrainingRun(model)
    expected = [straight.train_epoch() for _ in range(400)]
    open_model(window, model, tmp_path)
    window.features.tensors.look_at("logits", 0, "gradient")
    window.features.probing.toggle(TensorName("W", 0, Kind.GRADIENT))
    window.features.plotting.add(Series(TensorName("logits", 0, Kind.GRADIENT), Measure.NORM))
    run(window, qtbot, 200)
    window.features.plotting.past.trigger()
    qtbot.waitUntil(lambda: not window.features.plotting._past, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not window.features.plotting._is_asked, timeout=PATIENCE)
    run(window, qtbot, 200)
    assert list(window.controller.history.losses) == expected
    np.testing.assert_array_equal(window.controller.variable_values()["W"], straight.values()["W"])
