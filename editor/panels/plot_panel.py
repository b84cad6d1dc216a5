"""The plot of a run with its tools: scale, metrics, reading, export."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QPen, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.files.save_dialog import ask_where_to_save
from editor.icons import bind_icon
from editor.panels.elided_label import ElidedLabel
from editor.panels.empty_state import EmptyState
from editor.panels.figures import number_text
from editor.panels.plot_legend import PlotLegend
from editor.panels.run_colors import run_pen
from editor.panels.series_legend import SeriesLegend
from editor.run.series_curves import SeriesCurves
from editor.run.step_view import StepView
from editor.settings import Settings
from editor.tensor_text import series_text
from editor.theme import SPACE_S, SPACE_XS, ThemeManager, set_style
from engine.debugger.moment import Moment

if TYPE_CHECKING:
    from editor.panels.loss_plot import LossPlot
    from editor.run.controller import RunController
    from editor.run.history import RunHistory
    from editor.run.runs import RunInfo

_PREPARE_AFTER_MS = 300
"""The plot's library takes half a second to import: done once the window stands."""


class PlotPanel(QWidget):
    """Loss and metrics of each epoch."""

    def __init__(self, controller: RunController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._plot: LossPlot | None = None
        self._is_stale = True
        self._legend_names: list[str] = []
        self._series: SeriesCurves | None = None
        self._are_series_stale = False
        self.series_legend: SeriesLegend | None = None
        #: Number, colour and length of each other run's curve.
        self._drawn_others: list[tuple[int, int, int]] = []
        self.empty = EmptyState("plot", self.tr("The loss of each epoch appears here. Press Run."), self)
        self.tools = self._make_tools()
        self._body = QStackedLayout()
        self._body.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        self._series_line = QVBoxLayout()
        layout.addLayout(self._series_line)
        layout.addLayout(self._body, 1)
        controller.history_grown.connect(self.refresh)
        controller.runs.changed.connect(self._follow_runs)
        controller.moved.connect(self._show_cursor)
        ThemeManager.instance().changed.connect(self._fill_legend)
        self.tools.setEnabled(False)

    @property
    def plot(self) -> LossPlot:
        """The plot, made when it is first asked for."""
        if self._plot is None:
            from editor.panels.loss_plot import LossPlot

            self._plot = LossPlot(self)
            self._body.addWidget(self._plot)
            self._plot.hovered.connect(self._show_reading)
            self._show_series()
            self._plot.epoch_wanted.connect(self._seek)
            self._plot.view_moved.connect(lambda: self.reset_button.setEnabled(True))
            self.log_button.toggled.connect(self._plot.set_log)
            self.metrics_button.toggled.connect(self._plot.set_metrics_shown)
            self.reset_button.clicked.connect(self._plot.reset_view)
        return self._plot

    @property
    def _loss_name(self) -> str:
        return self._controller.history.loss_name or self.tr("loss")

    def refresh(self) -> None:
        """Draws the run as it is now; put off while the panel cannot be seen."""
        self._is_stale = True
        if not self.isVisible():
            return
        self._is_stale = False
        history = self._controller.history
        runs, present = self._controller.runs.all(), self._controller.runs.present
        others = [run for run in runs if run is not present and run.is_shown and len(run.history)]
        has_points = self._series is not None and self._series.has_points
        drawn = len(history.epochs) > 0 or bool(others) or has_points
        self.tools.setEnabled(drawn)
        self._body.setCurrentWidget(self.plot if drawn else self.empty)
        if drawn:
            self._draw(history, others)
        self.metrics_button.setVisible(bool(history.metrics))
        if list(history.metrics) != self._legend_names:
            self._legend_names = list(history.metrics)
            self._fill_legend()

    # --- series ----------------------------------------------------------------------------------------------

    def follow_series(self, series: SeriesCurves, past: QAction) -> None:
        """Draws these series, too; ``past`` has what they were measured."""
        self._series = series
        self.series_legend = SeriesLegend(past, self)
        self.series_legend.removed.connect(series.remove)
        self._series_line.addWidget(self.series_legend)
        series.changed.connect(self._show_series)

    def _show_series(self) -> None:
        """Draws the series as they are now; put off while the panel cannot be seen."""
        self._are_series_stale = not self.isVisible()
        if self._are_series_stale:
            return
        curves = [] if self._series is None else self._series.curves()
        if self.series_legend is not None:
            self.series_legend.show_curves(curves)
        if self._plot is not None or curves:
            self.plot.show_series(curves)
        if self._series is not None and self._series.has_points and self._body.currentWidget() is self.empty:
            self.refresh()

    def _draw(self, history: RunHistory, others: list[RunInfo]) -> None:
        from editor.panels.loss_plot import OtherRun

        present = self._controller.runs.present
        if present is None or present.is_shown:
            color = 0 if present is None else present.color
            self.plot.show_run(history.epochs, history.losses, history.metrics, color)
        else:
            self.plot.show_run(history.epochs[:0], history.losses[:0], {})
        drawn = [(run.number, run.color, len(run.history)) for run in others]
        if drawn != self._drawn_others:  # they stay as they are while the present one grows
            self._drawn_others = drawn
            self.plot.show_others([OtherRun(run.color, run.history.epochs, run.history.losses) for run in others])
        self._show_cursor(self._controller.view)

    def _follow_runs(self) -> None:
        """A run came or went, or has another name, colour or curve."""
        self.refresh()
        if self._plot is not None or len(self._controller.runs) > 1:
            self._fill_legend()

    # --- the cursor ------------------------------------------------------------------------------------------

    def _show_cursor(self, view: StepView | None) -> None:
        """Puts the plot's line where the run stands; the losses of an epoch stand at its number."""
        if self._plot is not None:
            self._plot.present.show_at(None if view is None else view.epochs)

    def _seek(self, epoch: float) -> None:
        """Goes to the epoch that is nearest to where the person points."""
        view = self._controller.view
        if view is not None:
            wanted = Moment(max(round(epoch), 0), 0, 0)
            self._controller.seek(min(max(wanted, view.first), view.last))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.refresh()
        if self._are_series_stale:
            self._show_series()
        if self._plot is None:
            QTimer.singleShot(_PREPARE_AFTER_MS, self, lambda: self.plot)

    # --- tools -----------------------------------------------------------------------------------------------

    def _make_tools(self) -> QWidget:
        self.log_button = self._toggle(self.tr("Log scale"), self.tr("Log scale: shows the loss by its powers of ten"))
        self.metrics_button = self._toggle(self.tr("Metrics"), self.tr("Metrics: shows their curves and their axis"))
        self.metrics_button.setChecked(True)
        self.metrics_button.hide()
        self.metrics_button.toggled.connect(self._fill_legend)
        self.reading = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        self.legend = PlotLegend(self)
        self.reset_button = self._button(
            "zoom_fit", self.tr("Reset view"), self.tr("Reset view: shows the whole run and follows it")
        )
        self.export_button = self._button(
            "export", self.tr("Export"), self.tr("Export: saves the plot as a picture or its numbers as a table")
        )
        menu = QMenu(self.export_button)
        menu.addAction(self.tr("Picture (PNG)…"), lambda: self._export("png"))
        menu.addAction(self.tr("Vector picture (SVG)…"), lambda: self._export("svg"))
        menu.addAction(self.tr("Table (CSV)…"), lambda: self._export("csv"))
        self.export_button.setMenu(menu)
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        tools = QWidget(self)
        row = QHBoxLayout(tools)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_XS)
        row.addWidget(self.log_button)
        row.addWidget(self.metrics_button)
        row.addSpacing(SPACE_S)
        row.addWidget(self.legend)
        row.addSpacing(SPACE_S)
        row.addWidget(self.reading, 1)
        row.addWidget(self.reset_button)
        row.addWidget(self.export_button)
        return tools

    def _toggle(self, text: str, tooltip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setCheckable(True)
        set_style(button, framed=True)
        button.setToolTip(tooltip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _button(self, icon_name: str, name: str, tooltip: str) -> QToolButton:
        button = QToolButton(self)
        bind_icon(button, icon_name)
        button.setAccessibleName(name)
        button.setToolTip(tooltip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _fill_legend(self) -> None:
        """Names the curves when there is more than one: the runs, or the present one's loss, and the metrics."""
        theme = ThemeManager.instance().theme
        shown = [run for run in self._controller.runs.all() if run.is_shown]
        metrics = list(self._controller.history.metrics) if self.metrics_button.isChecked() else []
        entries: list[tuple[str, QPen]] = []
        if len(shown) > 1:
            entries += [(run.name, run_pen(run.color, theme)) for run in shown]
        elif metrics:
            entries.append((self._loss_name, self.plot.loss_pen()))
        entries += [(name, self.plot.metric_pen(number)) for number, name in enumerate(metrics)]
        self.legend.fill(entries)

    def _show_reading(self, index: int | None) -> None:
        history = self._controller.history
        if index is None or index >= len(history.epochs):
            self.reading.set_text("")
            return
        parts = [
            self.tr("Epoch {epoch}").format(epoch=int(history.epochs[index])),
            f"{self._loss_name} {number_text(float(history.losses[index]))}",
        ]
        if self.metrics_button.isChecked():
            parts += [f"{name} {number_text(float(values[index]))}" for name, values in history.metrics.items()]
        if self._series is not None:
            epoch = history.epochs[index]
            curves = self._series.curves()
            shown = ((curve, curve.values[curve.epochs == epoch]) for curve in curves)
            parts += [f"{series_text(curve.series)} {number_text(float(at[0]))}" for curve, at in shown if len(at)]
        set_style(self.reading, role="")
        self.reading.set_text("   ".join(parts))

    # --- export ----------------------------------------------------------------------------------------------

    def _export(self, suffix: str) -> None:
        filters = {
            "png": self.tr("PNG picture (*.png)"),
            "svg": self.tr("SVG picture (*.svg)"),
            "csv": self.tr("CSV table (*.csv)"),
        }
        start = Path(Settings().last_folder, f"loss.{suffix}")
        path = ask_where_to_save(self, self.tr("Export"), start, filters[suffix])
        if path is not None:
            self.export_to(str(path))

    def export_to(self, path: str) -> None:
        """Writes a PNG, SVG or CSV file, as the path ends; says in the panel when that fails."""
        try:
            if path.lower().endswith(".csv"):
                self._write_csv(path)
                written = True
            elif path.lower().endswith(".svg"):
                written = self.plot.save_svg(path)
            else:
                written = self.plot.save_png(path)
        except OSError:
            written = False
        if not written:
            set_style(self.reading, role="error")
            self.reading.set_text(self.tr("{path} could not be written; choose another folder.").format(path=path))

    def _write_csv(self, path: str) -> None:
        history = self._controller.history
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            curves = [] if self._series is None else self._series.curves()
            names = [series_text(curve.series) for curve in curves]
            writer.writerow(["epoch", self._loss_name, *history.metrics, *names])
            columns = [history.losses, *history.metrics.values()]
            points = [dict(zip(curve.epochs.tolist(), curve.values.tolist(), strict=True)) for curve in curves]
            for row, epoch in enumerate(history.epochs):
                numbers = [float(column[row]) for column in columns]
                # A series has no number in an epoch in which it was not measured.
                measured = [number_text(each[epoch]) if epoch in each else "" for each in points]
                writer.writerow([int(epoch), *map(number_text, numbers), *measured])
