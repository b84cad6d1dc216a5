"""The data and what the model answers. Importing this costs half a second (pyqtgraph), so the panel does it late."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.panels.plot_style import dress_plot, plot_pen
from editor.panels.relief import BANDS, Relief, band_colors, refined
from editor.theme import SPACE_S, SPACE_XS, Theme, ThemeManager
from engine.debugger.fit.fit import Answers, Points

Array = np.ndarray[Any, np.dtype[Any]]

#: Classes are told apart by shape as well as by colour.
SYMBOLS = ("o", "s", "t", "d", "+", "x")
#: The same as writing.
SYMBOL_TEXTS = ("●", "■", "▼", "◆", "✚", "✖")
#: Pixels of the picture for each point of the grid.
_FINENESS = 4
#: How strongly a class tints the ground where it is sure, and where it is a guess.
_SURE_TINT, _GUESS_TINT = 0.5, 0.08


def class_color(theme: Theme, number: int) -> QColor:
    """The colour of a class; after some, they come again."""
    colors = (theme.forward, theme.backward, theme.update, theme.accent, theme.warning, theme.error)
    return colors[number % len(colors)]


class FitPlot(QWidget):
    """One input: the data and the curve. Two: the plane of inputs, tinted by the answer, with the data on it."""

    pointed = Signal(object)
    """A tuple of the inputs and the answer under the pointer (and its class, or None), or None where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: Points | None = None
        self._answers: Answers | None = None
        self.plot = pg.PlotWidget(self, enableMenu=False)
        self.plot.hideButtons()
        self.plot.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plot.setAccessibleName(self.tr("Data and answers of the model"))
        self._item = self.plot.getPlotItem()
        self._item.layout.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        self._view = self._item.getViewBox()
        self._ground = pg.ImageItem(axisOrder="row-major")
        self._item.addItem(self._ground)
        self.curves: list[Any] = []
        self.data = pg.ScatterPlotItem()
        self._item.addItem(self.data)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.setFocusProxy(self.plot)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        ThemeManager.instance().changed.connect(self._dress)
        self._dress(ThemeManager.instance().theme)

    # --- what is shown -----------------------------------------------------------------------------------------------

    def show_fit(self, points: Points, answers: Answers) -> None:
        """Draws the data and the answers; other data come with a view of all of them."""
        is_new = points is not self._points or self._answers is None or answers.hypothesis != self._answers.hypothesis
        self._points, self._answers = points, answers
        if is_new:
            self._item.setLabel("bottom", points.inputs[0])
            self._item.setLabel("left", points.label if len(points.inputs) == 1 else points.inputs[1])
            self._draw_data()
            self.show_all()
        self._draw_answers()

    def show_all(self) -> None:
        """Shows all of the data."""
        points = self._points
        if points is None:
            return
        if len(points.inputs) == 2:
            (left, right), (bottom, top) = points.extent
            self._view.setRange(xRange=(left, right), yRange=(bottom, top), padding=0)
            return
        self._view.setXRange(*points.extent[0], padding=0)
        if self._answers is not None and self._answers.is_probability:
            self._view.setYRange(-0.1, 1.1, padding=0)
            return
        ys = points.ys[np.isfinite(points.ys)]
        if len(ys):
            # A curve that is far off is not followed: the data stay where they are, and it comes to them.
            margin = 0.25 * (ys.max() - ys.min()) or 1.0
            self._view.setYRange(ys.min() - margin, ys.max() + margin, padding=0)

    def _draw_data(self) -> None:
        points, theme = self._points, ThemeManager.instance().theme
        if points is None:
            return
        if len(points.inputs) == 1:
            brush, pen = pg.mkBrush(theme.text), plot_pen(theme.surface)
            self.data.setData(points.xs[:, 0], points.ys, symbol="o", size=8, brush=brush, pen=pen)
            return
        is_classed = self._answers is not None and self._answers.classes is not None
        spots = []
        for (x, y), label in zip(points.xs, points.ys, strict=True):
            number = int(label) if is_classed and np.isfinite(label) else 0
            color = class_color(theme, number) if is_classed else theme.text
            spots.append(
                {
                    "pos": (x, y),
                    "symbol": SYMBOLS[number % len(SYMBOLS)],
                    "size": 9,
                    "brush": pg.mkBrush(color),
                    "pen": plot_pen(theme.surface),
                }
            )
        self.data.setData(spots)

    def _draw_answers(self) -> None:
        points, answers = self._points, self._answers
        if points is None or answers is None:
            return
        is_curve = len(points.inputs) == 1
        self._ground.setVisible(not is_curve)
        self._fit_curve_count(answers.values.shape[1] if is_curve else 0)
        if is_curve:
            xs = np.linspace(*points.extent[0], len(answers.values))
            for curve, values in zip(self.curves, answers.values.T, strict=True):
                curve.setData(xs, values, connect="finite")
            return
        (left, right), (bottom, top) = points.extent
        self._ground.setImage(_tinted(answers, ThemeManager.instance().theme), levels=None)
        self._ground.setRect(QRectF(left, bottom, right - left, top - bottom))

    def _fit_curve_count(self, count: int) -> None:
        theme = ThemeManager.instance().theme
        while len(self.curves) > count:
            self._item.removeItem(self.curves.pop())
        while len(self.curves) < count:
            curve = pg.PlotDataItem(antialias=True)
            self._item.addItem(curve)
            self.curves.append(curve)
        for number, curve in enumerate(self.curves):
            curve.setPen(pg.mkPen(class_color(theme, number), width=2))

    def _dress(self, theme: Theme) -> None:
        dress_plot(self.plot, theme)
        self._draw_data()
        self._draw_answers()

    # --- the pointer -------------------------------------------------------------------------------------------------

    def _hover(self, position: QPointF) -> None:
        points, answers = self._points, self._answers
        if points is None or answers is None or not self._view.sceneBoundingRect().contains(position):
            self.pointed.emit(None)
            return
        at = self._view.mapSceneToView(position)
        count = len(answers.values)
        column = _place(at.x(), points.extent[0], count)
        if len(points.inputs) == 1:
            self.pointed.emit(None if column is None else ((at.x(),), float(answers.values[column, 0]), None))
            return
        row = _place(at.y(), points.extent[1], count)
        if column is None or row is None:
            self.pointed.emit(None)
            return
        number = None if answers.classes is None else int(answers.classes[row, column])
        self.pointed.emit(((at.x(), at.y()), float(answers.values[row, column]), number))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(None)


def _place(value: float, extent: tuple[float, float], count: int) -> int | None:
    """Which of so many equally distant inputs is nearest; None outside of them."""
    place = round((value - extent[0]) / (extent[1] - extent[0]) * (count - 1))
    return place if 0 <= place < count else None


def _tinted(answers: Answers, theme: Theme) -> Array:
    """The answers as RGBA bytes: classes by colour and certainty by strength, values by height."""
    if answers.classes is None:
        heights = Relief(answers.values).heights(answers.values)
        colors = np.array([_bytes(color) for color in band_colors(theme)], np.ubyte)
        fine = np.nan_to_num(refined(heights, _FINENESS))
        banded: Array = colors[np.clip(fine * BANDS, 0, BANDS - 1).astype(int)]
        return banded
    count = answers.class_count
    least = 1 / count
    sure = np.clip((np.nan_to_num(answers.values, nan=least) - least) / (1 - least), 0, 1)
    strength = (_GUESS_TINT + (_SURE_TINT - _GUESS_TINT) * sure)[..., None]
    ground = np.array(_bytes(theme.surface), np.float64)
    tints = np.array([_bytes(class_color(theme, number)) for number in range(count)], np.float64)
    tinted: Array = refined(ground + (tints[answers.classes] - ground) * strength, _FINENESS).astype(np.ubyte)
    return tinted


def _bytes(color: QColor) -> tuple[int, int, int, int]:
    return color.red(), color.green(), color.blue(), 255
