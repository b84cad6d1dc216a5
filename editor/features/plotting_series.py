"""Numbers of tensors beside the loss: chosen by menu, measured while the run goes on, and for its past on request."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from editor.actions import ActionText, make_action, rename
from editor.features.feature import Feature, Place, Workbench
from editor.panels.tensor_panel import TensorPanel
from editor.run.follower import Follower
from editor.run.measuring import Measured, MeasureNow, MeasurePast
from editor.run.series_curves import SeriesCurves
from editor.run.state import RunState
from editor.tensor_text import kind_text, measure_text
from engine.debugger.tensors.series import Measure, Series
from engine.debugger.tensors.tensor_name import Kind, TensorName
from engine.graph import Problem, Tensor

#: Epochs of the past that are measured at once, evenly spread; asked for again, those between them.
_PAST_EPOCHS = 200
#: How long one answer about the past may take, so that what else is asked need not wait longer.
_SLICE_SECONDS = 0.15
#: More lines in one plot cannot be told apart.
_MOST_SERIES = 8
_MEASURES = (Measure.MEAN, Measure.NORM, Measure.MINIMUM, Measure.MAXIMUM, Measure.LARGEST_MAGNITUDE)


class PlottingSeries(Feature):
    """Brings together the run, the menus and :class:`SeriesCurves`, which the plot draws."""

    def __init__(self, bench: Workbench, panel: TensorPanel) -> None:
        super().__init__(bench)
        self._panel = panel
        self.curves = SeriesCurves(self)
        #: Past epochs that are still to be measured, and how many they were.
        self._past: list[int] = []
        self._past_count = 0
        self._is_asked = False
        self._make_actions()
        controller = bench.controller
        self._follower = Follower(controller, self._question, self._receive, self)
        controller.state_changed.connect(self._follow_state)
        controller.history_grown.connect(self._follow_run)
        controller.moved.connect(lambda _: self._follow_past())
        bench.document.replaced.connect(self._clear)
        bench.document.node_renamed.connect(lambda *_: self._stop_past())

    def _make_actions(self) -> None:
        window, canvas = self.bench.window, self.bench.canvas
        self.plot = make_action(
            window,
            ActionText(
                self.tr("Plot &over epochs"),
                self.tr("Draws the selected node's number, or its norm, beside the loss from now on."),
            ),
            self._plot_selection,
            "plot",
            "O",
        )
        # A letter belongs to what is typed, except on the canvas.
        self.plot.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        window.removeAction(self.plot)
        canvas.addAction(self.plot)
        self.plot_measure = QAction(self.tr("Plot a &measure over epochs"), window)
        menu = QMenu(window)
        for kind in Kind:
            part = menu.addMenu(kind_text(kind))
            for measure in _MEASURES:
                action = part.addAction(measure_text(measure), partial(self._plot_selection, kind, measure))
                action.setStatusTip(self.tr("Draws this measure of the selected node beside the loss from now on."))
        self.plot_measure.setMenu(menu)
        self.plot_shown = make_action(
            window,
            ActionText(
                self.tr("Plot over epochs"),
                self.tr("Draws an element of this tensor, or a measure of all, beside the loss from now on."),
            ),
            lambda: None,
            "plot",
        )
        shown = QMenu(window)
        for measure in (Measure.ELEMENT, *_MEASURES):
            shown.addAction(measure_text(measure), partial(self._plot_shown, measure))
        self.plot_shown.setMenu(shown)
        self._panel.tools.add_action(self.plot_shown)
        self.past = make_action(window, self._past_text(), self._toggle_past, "history")
        self.past.setEnabled(False)
        self.add_actions(Place.INSPECT, self.plot, self.plot_measure, self.past)
        self.add_actions(Place.VALUES, self.plot, self.plot_measure)

    def _past_text(self) -> ActionText:
        if self._past:
            done = 100 * (self._past_count - len(self._past)) // max(self._past_count, 1)
            return ActionText(
                self.tr("Stop ({percent} %)").format(percent=done), self.tr("Stops measuring what the series were.")
            )
        return ActionText(
            self.tr("Measure &past epochs"), self.tr("Goes back in the run for what the series were, and returns.")
        )

    # --- choosing ------------------------------------------------------------------------------------------------

    def add(self, series: Series) -> None:
        """Plots a series from now on, and shows the plot."""
        if len(self.curves.series) >= _MOST_SERIES and series not in self.curves.series:
            sentence = self.tr("%n series are plotted already; remove one with its cross first.", "", _MOST_SERIES)
            self.problem_found.emit(Problem(sentence))
            return
        self.curves.add(series)
        self.bench.docks.bring("plot")
        self._follower.refresh()
        self._follow_past()

    def _plot_selection(self, kind: Kind = Kind.VALUE, measure: Measure | None = None) -> None:
        found = self.bench.canvas.selected_tensor()
        if found is None:
            self.problem_found.emit(Problem(self.tr("Select a node or a wire first: O plots its tensor.")))
            return
        tensor = TensorName(*found, kind)
        self.add(self._default(tensor) if measure is None else Series(tensor, measure))

    def _default(self, tensor: TensorName) -> Series:
        """What is plotted of a tensor without further words: its only element, else its norm."""
        output = self.bench.document.operation(tensor.node).outputs[tensor.output]
        dims = output.shape.dims if isinstance(output, Tensor) else None
        if dims is not None and all(size == 1 for size in dims):
            return Series(tensor, Measure.ELEMENT, (0,) * len(dims))
        return Series(tensor, Measure.NORM)

    def _plot_shown(self, measure: Measure) -> None:
        tensor = self._panel.tensor
        element = self._panel.selected_element()
        if tensor is None:
            return
        if measure is not Measure.ELEMENT:
            self.add(Series(tensor, measure))
        elif element is not None:
            self.add(Series(tensor, measure, element))
        else:
            sentence = self.tr("Select an element in the table first; it is drawn from then on.")
            self.problem_found.emit(Problem(sentence, tensor.node))

    # --- now -----------------------------------------------------------------------------------------------------

    def _question(self) -> MeasureNow | None:
        return MeasureNow(tuple(self.curves.series)) if self.curves.series else None

    def _receive(self, answer: Measured | Problem) -> None:
        if isinstance(answer, Measured):
            self.curves.take(self.curves.series, answer)
        else:
            self.problem_found.emit(answer)

    def _follow_run(self) -> None:
        self.curves.show_run(self.bench.controller.runs.current)
        self._follow_past()

    def _follow_state(self, state: RunState) -> None:
        if state is RunState.IDLE:
            self._stop_past()
            self.curves.forget_points()
        elif state is RunState.RUNNING:
            self._stop_past()
        self._follow_past()

    def _clear(self) -> None:
        self._stop_past()
        self.curves.clear()

    # --- the past ------------------------------------------------------------------------------------------------

    def _toggle_past(self) -> None:
        if self._past:
            self._stop_past()
            return
        self._past = _spread(self.curves.missing(self._epochs_done()), _PAST_EPOCHS)
        self._past_count = len(self._past)
        self._follow_past()
        self._ask_past()

    def _epochs_done(self) -> Sequence[int]:
        view = self.bench.controller.view
        return () if view is None else range(view.first.epoch, view.last.epoch)

    def _ask_past(self) -> None:
        if self._past and not self._is_asked:
            self._is_asked = True
            series = tuple(self.curves.series)
            question = MeasurePast(series, tuple(self._past), _SLICE_SECONDS)
            self.bench.controller.inquire(question, lambda answer: self._take_past(series, answer))

    def _take_past(self, series: tuple[Series, ...], answer: Measured | Problem) -> None:
        self._is_asked = False
        if isinstance(answer, Problem):
            self._stop_past()
            self.problem_found.emit(answer)
            return
        if self._past:
            self.curves.take(series, answer)
            done = set(answer.epochs)
            self._past = [epoch for epoch in self._past if epoch not in done]
        self._follow_past()
        self._ask_past()

    def _stop_past(self) -> None:
        self._past = []
        self._follow_past()

    def _follow_past(self) -> None:
        controller = self.bench.controller
        can_go_back = controller.state is not RunState.RUNNING and controller.view is not None
        self.past.setEnabled(bool(self._past) or (can_go_back and bool(self.curves.series)))
        text = self._past_text()
        if self.past.text() != text.name:
            rename(self.past, text)


def _spread(epochs: Sequence[int], count: int) -> list[int]:
    """So many of them at most, the first and the last among them."""
    if len(epochs) <= count:
        return list(epochs)
    places = np.unique(np.linspace(0, len(epochs) - 1, count).round().astype(int))
    return [epochs[place] for place in places]
