"""The curves of a run. Importing this costs half a second (pyqtgraph), so the panel does it late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.panels.plot_cursor import PlotCursor
from editor.panels.plot_style import dress_plot, plot_pen
from editor.panels.run_colors import run_pen
from editor.panels.series_lines import SeriesLines
from editor.run.series_curves import Curve
from editor.theme import SPACE_S, SPACE_XS, Theme, ThemeManager

Array = np.ndarray[Any, np.dtype[Any]]

#: Beyond this the plot's own arithmetic would overflow; not drawn.
_LARGEST_DRAWN = 1e150
_DASHES = (Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DashDotDotLine)


@dataclass(frozen=True, slots=True)
class OtherRun:
    """The losses of a run that is not the present one."""

    #: Its place among the colours.
    color: int
    epochs: Array
    losses: Array


class LossPlot(QWidget):
    """Loss at the left axis, metrics at the right one. Follows the run until the person moves the view.

    Other runs' losses lie behind those of the present one.
    """

    hovered = Signal(object)
    """The index of the epoch nearest to the pointer, or None."""
    epoch_wanted = Signal(float)
    """The epoch that the person wants the run to go to, as they point at it."""
    view_moved = Signal()
    """The person panned or zoomed: the plot does not follow any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._epochs: Array = np.empty(0)
        self._losses: Array = np.empty(0)
        self._metrics: dict[str, Array] = {}
        self._metric_items: dict[str, Any] = {}
        self._others: list[OtherRun] = []
        self._other_curves: list[Any] = []
        #: The present run's place among the colours.
        self._color = 0
        self._is_log = False
        self._metrics_shown = True

        self._plot = pg.PlotWidget(self, enableMenu=False, axisItems={"left": _LossAxis("left")})
        self._plot.hideButtons()
        # It paints its whole ground: what lies under it need not be painted first, some thirty times a second.
        self._plot.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._plot.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._plot.setAccessibleName(self.tr("Loss of each epoch"))
        self._item = self._plot.getPlotItem()
        self._curve = pg.PlotDataItem()
        self._item.addItem(self._curve)
        # Only now: the plot gives what is added its own settings.
        self._configure(self._curve)
        self.present = PlotCursor(self._plot, self._item, self)
        self.present.wanted.connect(self.epoch_wanted)
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._line.hide()
        self._item.addItem(self._line, ignoreBounds=True)
        self._spot = pg.ScatterPlotItem(size=7)
        self._spot.hide()
        self._item.addItem(self._spot, ignoreBounds=True)
        self._metric_view = pg.ViewBox(enableMenu=False)
        self._item.scene().addItem(self._metric_view)
        self._item.getAxis("right").linkToView(self._metric_view)
        self._metric_view.setXLink(self._item)
        self._series = SeriesLines(self._metric_view)
        self._item.getViewBox().sigResized.connect(self._align_metrics)
        self._item.getViewBox().sigRangeChangedManually.connect(self.view_moved)
        self._item.getViewBox().setLimits(minXRange=2)
        self._item.setLabel("bottom", self.tr("Epoch"))
        self._item.layout.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._plot.scene().sigMouseMoved.connect(self._hover)
        ThemeManager.instance().changed.connect(self._dress)
        self._dress(ThemeManager.instance().theme)

    # --- what is shown ---------------------------------------------------------------------------------------

    def show_run(self, epochs: Array, losses: Array, metrics: Mapping[str, Array], color: int = 0) -> None:
        """Shows these points; epochs ascend, metrics are as long as the losses. Anything not finite is a gap."""
        self._epochs, self._losses, self._metrics = epochs, losses, dict(metrics)
        if color != self._color:
            self._color = color
            self._curve.setPen(self.loss_pen())
        self._draw()

    def show_series(self, curves: Sequence[Curve]) -> None:
        """Shows series of the run at the right axis, too."""
        self._series.show(curves)
        self._show_right_axis()

    @property
    def drawn_series(self) -> list[tuple[list[float], list[float]]]:
        """Epochs and heights of each series as they are drawn."""
        return self._series.drawn

    def show_others(self, runs: Sequence[OtherRun]) -> None:
        """Shows the losses of other runs, too."""
        self._others = list(runs)
        while len(self._other_curves) > len(runs):
            self._item.removeItem(self._other_curves.pop())
        while len(self._other_curves) < len(runs):
            curve = pg.PlotDataItem()
            curve.setZValue(-1)
            self._item.addItem(curve)
            self._configure(curve)
            self._other_curves.append(curve)
        self._draw_others()

    @property
    def drawn_others(self) -> list[Array]:
        """The heights of the other runs' curves as they are drawn, as :attr:`drawn_losses`."""
        return [self._heights(curve) for curve in self._other_curves]

    def set_log(self, is_log: bool) -> None:
        """A logarithmic loss axis; losses of 0 and less have no place on it and are left out."""
        self._is_log = is_log
        self._item.setLogMode(x=False, y=is_log)
        self._item.getAxis("right").setLogMode(False)
        self._draw()
        self._draw_others()

    def set_metrics_shown(self, shown: bool) -> None:
        self._metrics_shown = shown
        self._draw()

    def reset_view(self) -> None:
        """Shows everything, and follows the run again."""
        self._item.enableAutoRange()
        self._metric_view.enableAutoRange(axis=pg.ViewBox.YAxis)

    @property
    def is_following(self) -> bool:
        return all(self._item.getViewBox().autoRangeEnabled())

    @property
    def drawn_losses(self) -> Array:
        """The heights of the loss curve as they are drawn, NaN where there is a gap (log10 on a log axis)."""
        return self._heights(self._curve)

    def _heights(self, curve: Any) -> Array:
        _, heights = curve.getOriginalDataset()
        values = np.empty(0) if heights is None else np.asarray(heights)
        return np.log10(values) if self._is_log else values

    def metric_pen(self, number: int) -> QPen:
        """The pen of the metric in this place: own colour and own dashes."""
        theme = ThemeManager.instance().theme
        colors = (theme.update, theme.backward, theme.forward)
        return plot_pen(colors[number % len(colors)], _DASHES[number % len(_DASHES)])

    def loss_pen(self) -> QPen:
        """The pen of the present run."""
        return run_pen(self._color, ThemeManager.instance().theme)

    # --- as a picture ----------------------------------------------------------------------------------------

    def save_png(self, path: str) -> bool:
        """Writes what is seen, twice as fine as on the screen. Returns whether that worked."""
        image = QImage(self._plot.size() * 2, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self._render(painter, QRectF(image.rect()))
        painter.end()
        return image.save(path)

    def save_svg(self, path: str) -> bool:
        """Writes what is seen as lines and text. Returns whether that worked."""
        generator = QSvgGenerator()
        generator.setFileName(path)
        generator.setSize(self._plot.size())
        generator.setViewBox(self._plot.rect())
        painter = QPainter()
        if not painter.begin(generator):
            return False
        self._render(painter, QRectF(self._plot.rect()))
        return painter.end()

    def _render(self, painter: QPainter, target: QRectF) -> None:
        self._mark(None)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._plot.render(painter, target, self._plot.rect())

    # --- drawing ---------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        _set_points(self._curve, self._epochs, self._losses, self._is_log)
        shown = list(self._metrics) if self._metrics_shown else []
        for name in [name for name in self._metric_items if name not in shown]:
            self._metric_view.removeItem(self._metric_items.pop(name))
        for number, name in enumerate(self._metrics):
            if name not in shown:
                continue
            if name not in self._metric_items:
                curve = pg.PlotDataItem(pen=self.metric_pen(number))
                self._configure(curve)
                self._metric_items[name] = curve
                self._metric_view.addItem(curve)
            _set_points(self._metric_items[name], self._epochs, self._metrics[name], is_log=False)
        self._show_right_axis()

    def _show_right_axis(self) -> None:
        self._item.showAxis("right", bool(self._metric_items) or len(self._series) > 0)
        self._align_metrics()

    def _draw_others(self) -> None:
        theme = ThemeManager.instance().theme
        for curve, run in zip(self._other_curves, self._others, strict=True):
            curve.setPen(run_pen(run.color, theme))
            _set_points(curve, run.epochs, run.losses, self._is_log)

    @staticmethod
    def _configure(curve: Any) -> None:
        # A pen wider than 1 is twenty times slower on many points.
        curve.setDownsampling(auto=True, method="peak")
        curve.setClipToView(True)

    def _align_metrics(self) -> None:
        self._metric_view.setGeometry(self._item.getViewBox().sceneBoundingRect())

    def _hover(self, position: QPointF) -> None:
        inside = self._item.getViewBox().sceneBoundingRect().contains(position)
        if not inside or not len(self._epochs):
            self._mark(None)
            return
        epoch = self._item.getViewBox().mapSceneToView(position).x()
        right = int(np.searchsorted(self._epochs, epoch))
        left = max(right - 1, 0)
        right = min(right, len(self._epochs) - 1)
        self._mark(left if abs(self._epochs[left] - epoch) <= abs(self._epochs[right] - epoch) else right)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._mark(None)

    def _mark(self, index: int | None) -> None:
        """Puts the crosshair on a point; takes it away for None."""
        self._line.setVisible(index is not None)
        drawn = index is not None and np.isfinite(self.drawn_losses[index])
        self._spot.setVisible(bool(drawn))
        if index is not None:
            self._line.setPos(float(self._epochs[index]))
        if index is not None and drawn:
            self._spot.setData([float(self._epochs[index])], [float(self.drawn_losses[index])])
        self.hovered.emit(index)

    def _dress(self, theme: Theme) -> None:
        dress_plot(self._plot, theme, ("left", "bottom", "right"))
        self._item.showGrid(x=False, y=True, alpha=0.5)
        self._curve.setPen(self.loss_pen())
        self._series.dress(theme)
        for number, name in enumerate(self._metrics):
            if name in self._metric_items:
                self._metric_items[name].setPen(self.metric_pen(number))
        self._draw_others()
        self.present.dress(theme)
        self._line.setPen(plot_pen(theme.muted, Qt.PenStyle.DotLine))
        self._spot.setPen(plot_pen(theme.surface))
        self._spot.setBrush(theme.accent)


class _LossAxis(pg.AxisItem):
    """Powers of ten as Python prints them."""

    def logTickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [f"{10.0**value:g}" for value in values]


def _set_points(curve: Any, epochs: Array, values: Array, is_log: bool) -> None:
    heights = np.asarray(values, np.float64)
    with np.errstate(invalid="ignore"):
        drawable = np.abs(heights) < _LARGEST_DRAWN
        if is_log:
            drawable &= heights > 0
    complete = bool(drawable.all())
    if not complete:
        heights = np.where(drawable, heights, np.nan)
    curve.setData(epochs, heights, connect="all" if complete else "finite")
