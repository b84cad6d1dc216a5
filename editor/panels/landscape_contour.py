"""The loss landscape from above. Importing this costs half a second (pyqtgraph), so the panel does it late."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from contourpy import LineType, contour_generator
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem, QVBoxLayout, QWidget

from editor.panels.plot_style import dress_plot, plot_pen
from editor.panels.relief import BANDS, MOST_RIMMED, Relief, band_colors, refined
from editor.theme import SPACE_S, SPACE_XS, Theme, ThemeManager
from editor.theme.tokens import mix
from engine.debugger.landscape.data import Extent, Landscape, Spot

Array = np.ndarray[Any, np.dtype[Any]]

#: Pixels of the picture for each point of the grid.
_FINENESS = 4
#: How near the pointer must be to a point of the path, in pixels.
_REACH = 12.0
#: The view must have stood still for so long before what it shows is computed.
_SETTLED_MS = 350
#: Parts of the view that an arrow key moves the mark by.
_KEY_STEPS = 40


class LandscapeContour(QWidget):
    """Bands of equal loss, the run's path, and where the cursor is on it."""

    pointed = Signal(object)
    """A Spot of the path, a (x, y, loss) of the ground, or None when the pointer is nowhere."""
    put_wanted = Signal(float, float)
    """The person wants the model at these coordinates."""
    menu_wanted = Signal(float, float)
    """The person wants to choose what to do with these coordinates."""
    view_changed = Signal(object)
    """The Extent that the person has moved the view to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._landscape: Landscape | None = None
        self._relief = Relief(np.zeros(1))
        self._present: Spot | None = None
        self._mark: QPointF | None = None
        self.plot = pg.PlotWidget(self, enableMenu=False)
        self.plot.hideButtons()
        self.plot.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plot.setAccessibleName(self.tr("Contour of the loss"))
        self._item = self.plot.getPlotItem()
        self._item.layout.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        self._view = self._item.getViewBox()
        self._view.disableAutoRange()
        self._ground = pg.ImageItem(axisOrder="row-major")
        self._item.addItem(self._ground)
        self._lines = QGraphicsPathItem()
        self._item.addItem(self._lines)
        self._path = pg.PlotDataItem(connect="all", antialias=True)
        self._item.addItem(self._path)
        self._spots = pg.ScatterPlotItem(size=5)
        self._item.addItem(self._spots)
        self._start = pg.ScatterPlotItem(size=9)
        self._item.addItem(self._start)
        self._cursor = pg.ScatterPlotItem(size=12)
        self._item.addItem(self._cursor)
        self._cross = pg.ScatterPlotItem(size=14, symbol="+")
        self._item.addItem(self._cross)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(lambda: self.view_changed.emit(self.extent))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.setFocusProxy(self.plot)
        self._view.sigRangeChangedManually.connect(lambda *_: self._settled.start())
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.scene().sigMouseClicked.connect(self._click)
        self.plot.installEventFilter(self)
        ThemeManager.instance().changed.connect(self._dress)
        self._dress(ThemeManager.instance().theme)

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def extent(self) -> Extent:
        """What the view shows."""
        (left, right), (bottom, top) = self._view.viewRange()
        return (float(left), float(right)), (float(bottom), float(top))

    def show_landscape(self, landscape: Landscape, keeps_view: bool) -> None:
        """Draws a landscape; ``keeps_view`` leaves the view where the person has moved it."""
        self._landscape = landscape
        self._relief = Relief(landscape.losses)
        self._item.setLabel("bottom", landscape.labels[0])
        self._item.setLabel("left", landscape.labels[1])
        if not keeps_view:
            xs, ys = landscape.xs, landscape.ys
            self._settled.stop()
            self._view.setRange(xRange=(xs[0], xs[-1]), yRange=(ys[0], ys[-1]), padding=0)
        self._draw()
        self.show_present(landscape.present)

    def show_present(self, spot: Spot) -> None:
        """Moves the mark of the time cursor."""
        self._present = spot
        is_drawn = np.isfinite([spot.x, spot.y]).all()
        self._cursor.setData([spot.x] if is_drawn else [], [spot.y] if is_drawn else [])

    def show_mark(self, at: QPointF | None) -> None:
        """Shows the mark that the arrow keys move; None takes it away."""
        self._mark = at
        self._cross.setData([] if at is None else [at.x()], [] if at is None else [at.y()])
        if at is not None:
            self.pointed.emit((at.x(), at.y(), self.loss_at(at)))

    def loss_at(self, at: QPointF) -> float:
        """The loss at the point of the grid that is nearest; NaN outside of it."""
        landscape = self._landscape
        if landscape is None:
            return float("nan")
        xs, ys = landscape.xs, landscape.ys
        column = round((at.x() - xs[0]) / (xs[-1] - xs[0]) * (len(xs) - 1))
        row = round((at.y() - ys[0]) / (ys[-1] - ys[0]) * (len(ys) - 1))
        is_inside = 0 <= column < len(xs) and 0 <= row < len(ys)
        return float(landscape.losses[row, column]) if is_inside else float("nan")

    def _draw(self) -> None:
        landscape = self._landscape
        if landscape is None:
            return
        heights = self._relief.heights(landscape.losses)
        xs, ys = landscape.xs, landscape.ys
        extent = QRectF(xs[0], ys[0], xs[-1] - xs[0], ys[-1] - ys[0])
        self._ground.setImage(
            _banded(refined(heights, _FINENESS), band_colors(ThemeManager.instance().theme)), levels=None
        )
        self._ground.setRect(extent)
        self._lines.setPath(_contour_lines(heights, self._relief.levels(), extent))
        places = np.array([(spot.x, spot.y) for spot in landscape.path]).reshape(-1, 2)
        self._path.setData(places[:, 0], places[:, 1])
        rim = ThemeManager.instance().theme.surface if len(places) <= MOST_RIMMED else None
        self._spots.setData(places[:, 0], places[:, 1], pen=pg.mkPen(rim))
        self._start.setData(places[:1, 0], places[:1, 1])

    def _dress(self, theme: Theme) -> None:
        dress_plot(self.plot, theme)
        for side in ("left", "bottom"):
            self._item.getAxis(side).setZValue(0)
        self._lines.setPen(plot_pen(mix(theme.surface, theme.forward, 0.85)))
        self._path.setPen(plot_pen(theme.update))
        self._spots.setBrush(theme.update)
        self._start.setPen(pg.mkPen(theme.update, width=2))
        self._start.setBrush(theme.surface)
        self._cursor.setPen(pg.mkPen(theme.surface, width=2))
        self._cursor.setBrush(theme.accent)
        self._cross.setPen(pg.mkPen(theme.text, width=2))
        self._draw()

    # --- pointer and keys --------------------------------------------------------------------------------------------

    def _hover(self, position: QPointF) -> None:
        if self._landscape is None or not self._view.sceneBoundingRect().contains(position):
            self.pointed.emit(None)
            return
        spot = self.spot_near(position)
        at = self._view.mapSceneToView(position)
        self.pointed.emit(spot or (at.x(), at.y(), self.loss_at(at)))

    def spot_near(self, position: QPointF) -> Spot | None:
        """The point of the path that is nearest to a point of the scene, if it is near."""
        if self._landscape is None:
            return None
        found, nearest = None, _REACH
        for spot in self._landscape.path:
            place = self._view.mapViewToScene(QPointF(spot.x, spot.y))
            distance = (place - position).manhattanLength()
            if distance <= nearest:
                found, nearest = spot, distance
        return found

    def _click(self, event: Any) -> None:
        if self._landscape is None or not self._view.sceneBoundingRect().contains(event.scenePos()):
            return
        at = self._view.mapSceneToView(event.scenePos())
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
            self.menu_wanted.emit(at.x(), at.y())
        elif event.button() == Qt.MouseButton.LeftButton and event.double():
            event.accept()
            self.put_wanted.emit(at.x(), at.y())

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if watched is self.plot and event.type() == QEvent.Type.Leave:
            self.pointed.emit(None)
        if watched is self.plot and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event)
        return super().eventFilter(watched, event)

    def _press(self, event: QKeyEvent) -> bool:
        """Arrow keys move a mark, Enter puts the model there, + and - zoom."""
        moves = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
        key = Qt.Key(event.key())
        if self._landscape is None:
            return False
        if key in moves:
            (left, right), (bottom, top) = self.extent
            at = self._mark or QPointF((left + right) / 2, (bottom + top) / 2)
            right_by, up_by = moves[key]
            self.show_mark(at + QPointF(right_by * (right - left) / _KEY_STEPS, up_by * (top - bottom) / _KEY_STEPS))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._mark is not None:
            self.put_wanted.emit(self._mark.x(), self._mark.y())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1.25 if key == Qt.Key.Key_Minus else 0.8)
        elif key == Qt.Key.Key_Escape and self._mark is not None:
            self.show_mark(None)
        else:
            return False
        return True

    def zoom(self, factor: float) -> None:
        """Shows so many times as much on each side, around the middle."""
        self._view.scaleBy((factor, factor))
        self._settled.start()


def _banded(heights: Array, colors: list[QColor]) -> Array:
    """Heights as RGBA bytes; what has none is clear."""
    table = np.array([(c.red(), c.green(), c.blue(), 255) for c in colors] + [(0, 0, 0, 0)], np.ubyte)
    known = np.isfinite(heights)
    bands = np.where(known, np.clip(np.where(known, heights, 0) * BANDS, 0, BANDS - 1).astype(int), BANDS)
    return table[bands]


def _contour_lines(heights: Array, levels: Array, extent: QRectF) -> QPainterPath:
    """Lines of equal height, in the coordinates of the plane."""
    path = QPainterPath()
    rows, columns = heights.shape
    xs = extent.left() + np.arange(columns) / (columns - 1) * extent.width()
    ys = extent.top() + np.arange(rows) / (rows - 1) * extent.height()
    generator = contour_generator(xs, ys, np.ma.masked_invalid(heights), line_type=LineType.Separate)
    for level in levels:
        lines: Any = generator.lines(float(level))  # separate ones, as the generator was asked for
        for line in lines:
            path.addPath(pg.functions.arrayToQPath(line[:, 0], line[:, 1], connect="all"))
    return path
