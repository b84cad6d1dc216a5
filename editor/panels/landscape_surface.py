"""The loss landscape as a surface, painted: it can be turned, and needs no graphics card."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QWidget

from editor.panels.relief import BANDS, MOST_RIMMED, Relief, band_colors
from editor.theme import TEXT_SMALL, Theme, ThemeManager, font
from editor.theme.tokens import mix
from engine.debugger.landscape.data import Landscape, Spot

Array = np.ndarray[Any, np.dtype[Any]]

#: Points along each side of the mesh at the most.
_MOST_POINTS = 25
_HEIGHT = 0.7
#: How many times as wide as high a square may look.
_WIDEST = 2.8
_REACH = 14.0
_KEY_DEGREES = 8.0


class LandscapeSurface(QWidget):
    """The mesh with the path on it, in a parallel projection that the mouse and the arrow keys turn."""

    pointed = Signal(object)
    """A Spot of the path, a (x, y, loss) of the ground, or None when the pointer is nowhere."""
    put_wanted = Signal(float, float)
    """The person wants the model at these coordinates."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Surface of the loss"))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        #: Around the upright axis, and above the ground; in degrees.
        self.turn, self.tilt = 325.0, 38.0
        self._zoom = 1.0
        self._landscape: Landscape | None = None
        self._present: Spot | None = None
        self._relief = Relief(np.zeros(1))
        self._dragged_from: QPointF | None = None
        ThemeManager.instance().changed.connect(self._dress)

    def _dress(self, theme: Theme) -> None:
        self.update()

    def show_landscape(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self._relief = Relief(landscape.losses)
        self.show_present(landscape.present)

    def show_present(self, spot: Spot) -> None:
        """Moves the mark of the time cursor."""
        self._present = spot
        self.update()

    # --- projection --------------------------------------------------------------------------------------------------

    def _project(self, x: Array, y: Array, height: Array) -> tuple[Array, Array, Array]:
        """Points of the unit cube (-1 to 1, -1 to 1, 0 to 1) as pixels, and how near they are."""
        turn, tilt = math.radians(self.turn), math.radians(self.tilt)
        right = x * math.cos(turn) - y * math.sin(turn)
        back = x * math.sin(turn) + y * math.cos(turn)
        up = (height - 0.5) * 2 * _HEIGHT
        high = self.height() / 2.7 * self._zoom
        # Panels are wide: what lies in them may be, too.
        wide = min(self.width() / 3.2 * self._zoom, _WIDEST * high)
        across = self.width() / 2 + wide * right
        down = self.height() / 2 - high * (up * math.cos(tilt) + back * math.sin(tilt))
        return across, down, -back * math.cos(tilt) + up * math.sin(tilt)

    def _unit(self, landscape: Landscape, x: Array, y: Array) -> tuple[Array, Array]:
        xs, ys = landscape.xs, landscape.ys
        return 2 * (x - xs[0]) / (xs[-1] - xs[0]) - 1, 2 * (y - ys[0]) / (ys[-1] - ys[0]) - 1

    def _spot_pixels(self, landscape: Landscape, spots: tuple[Spot, ...]) -> Array:
        """Where points of the run stand, at the height of their loss: of shape (spots, 2), NaN for those outside."""
        values = np.array([(spot.x, spot.y, spot.loss) for spot in spots]).reshape(-1, 3)
        x, y = self._unit(landscape, values[:, 0], values[:, 1])
        across, down, _ = self._project(x, y, self._relief.heights(values[:, 2]))
        is_inside = (np.abs(x) <= 1.001) & (np.abs(y) <= 1.001)
        return np.where(is_inside[:, None], np.stack([across, down], axis=1), np.nan)

    def _mesh(self, landscape: Landscape) -> tuple[Array, Array, Array]:
        """The plane's coordinates, and the losses at the mesh's points."""
        count = len(landscape.xs)
        chosen = np.linspace(0, count - 1, min(count, _MOST_POINTS)).round().astype(np.intp)
        xs, ys = np.meshgrid(landscape.xs[chosen], landscape.ys[chosen])
        return xs, ys, landscape.losses[np.ix_(chosen, chosen)]

    # --- painting ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = ThemeManager.instance().theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.surface)
        landscape = self._landscape
        if landscape is None:
            return
        # Smooth edges would take twice as long, and the faces stand side by side anyway.
        self._paint_mesh(painter, landscape)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, landscape)
        self._paint_path(painter, landscape)

    def _paint_mesh(self, painter: QPainter, landscape: Landscape) -> None:
        """The faces from the back to the front."""
        theme = ThemeManager.instance().theme
        colors = band_colors(theme)
        painter.setPen(QPen(mix(theme.surface, theme.forward, 0.6), 0.5))
        xs, ys, losses = self._mesh(landscape)
        heights = self._relief.heights(losses)
        across, down, _ = self._project(*self._unit(landscape, xs, ys), heights)
        height = (heights[:-1, :-1] + heights[1:, :-1] + heights[:-1, 1:] + heights[1:, 1:]) / 4
        # How near a face is says its place on the ground, whatever its height.
        ground = self._project(*self._unit(landscape, xs, ys), np.zeros_like(heights))[2]
        order = np.argsort((ground[:-1, :-1] + ground[1:, 1:]).ravel())
        for face in order:
            row, column = divmod(int(face), height.shape[1])
            if not np.isfinite(height[row, column]):
                continue
            painter.setBrush(colors[min(int(height[row, column] * BANDS), BANDS - 1)])
            corners = ((row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column))
            painter.drawPolygon(QPolygonF([QPointF(across[at], down[at]) for at in corners]))

    def _paint_axes(self, painter: QPainter, landscape: Landscape) -> None:
        theme = ThemeManager.instance().theme
        painter.setFont(font(TEXT_SMALL))
        painter.setPen(theme.muted)
        for x, y, text in ((0.0, -1.25, landscape.labels[0]), (1.25, 0.0, landscape.labels[1])):
            across, down, _ = self._project(np.array(x), np.array(y), np.array(0.0))
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.drawText(QPointF(float(across) - width / 2, float(down) + 4), text)

    def _paint_path(self, painter: QPainter, landscape: Landscape) -> None:
        theme = ThemeManager.instance().theme
        pixels = self._spot_pixels(landscape, landscape.path)
        known = [QPointF(*pixel) for pixel in pixels if np.isfinite(pixel).all()]
        painter.setPen(QPen(theme.update, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(known))
        painter.setPen(QPen(theme.surface, 1) if len(known) <= MOST_RIMMED else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(theme.update)
        for point in known:
            painter.drawEllipse(point, 2.5, 2.5)
        if self._present is not None:
            (pixel,) = self._spot_pixels(landscape, (self._present,))
            if np.isfinite(pixel).all():
                painter.setPen(QPen(theme.surface, 2))
                painter.setBrush(theme.accent)
                painter.drawEllipse(QPointF(*pixel), 6, 6)

    # --- pointer and keys --------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = event.position() - self._dragged_from
            self._dragged_from = event.position()
            self.rotate(moved.x() / 2, moved.y() / 2)
        else:
            self.pointed.emit(self.what_is_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self.what_is_at(event.position())
        if isinstance(found, Spot):
            self.put_wanted.emit(found.x, found.y)
        elif found is not None:
            self.put_wanted.emit(found[0], found[1])

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.25 ** (-event.angleDelta().y() / 120))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        turns = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        key = Qt.Key(event.key())
        if key in turns:
            self.rotate(*(_KEY_DEGREES * by for by in turns[key]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1.25 if key == Qt.Key.Key_Minus else 0.8)
        else:
            super().keyPressEvent(event)

    def rotate(self, turn: float, tilt: float) -> None:
        """Turns the surface by so many degrees around the upright axis, and tilts it."""
        self.turn = (self.turn + turn) % 360
        self.tilt = min(max(self.tilt + tilt, 5.0), 90.0)
        self.update()

    def zoom(self, factor: float) -> None:
        """Shows so many times as much."""
        self._zoom = min(max(self._zoom / factor, 0.5), 8.0)
        self.update()

    def what_is_at(self, position: QPointF) -> Spot | tuple[float, float, float] | None:
        """The point of the path, or else of the mesh, that is nearest to a pixel; None where none is near."""
        landscape = self._landscape
        if landscape is None:
            return None
        at = np.array([position.x(), position.y()])
        pixels = self._spot_pixels(landscape, landscape.path)
        distances = np.nan_to_num(np.abs(pixels - at).sum(axis=1), nan=np.inf)
        if len(distances) and distances.min() <= _REACH:
            return landscape.path[int(distances.argmin())]
        xs, ys, losses = self._mesh(landscape)
        across, down, _ = self._project(*self._unit(landscape, xs, ys), self._relief.heights(losses))
        away = np.nan_to_num(np.abs(across - at[0]) + np.abs(down - at[1]), nan=np.inf)
        nearest = np.unravel_index(int(away.argmin()), away.shape)
        if away[nearest] > 2 * _REACH:
            return None
        return float(xs[nearest]), float(ys[nearest]), float(losses[nearest])
