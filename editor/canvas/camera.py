"""What part of the scene a view shows: zoom, scrolling, moving there smoothly."""

from __future__ import annotations

import math

from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QObject,
    QPoint,
    QPointF,
    QRectF,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from editor.theme import MOTION_MS

#: How far away a person can go by hand; further only where the whole of a large graph is.
LEAST_ZOOM = 0.05
MOST_ZOOM = 4.0
ZOOM_STEP = 1.25
#: Free space around what is fitted into the view, in pixels.
_FIT_MARGIN = 40
#: No rectangle is fitted into the view smaller than this.
_FURTHEST_ZOOM = 0.001
#: Where a person can scroll to; large and fixed, so that scrolling never jumps as nodes come and go. Ten thousand
#: nodes in layers are 300,000 wide.
_WORLD = QRectF(-2_000_000, -2_000_000, 4_000_000, 4_000_000)


class Camera(QObject):
    """Moves and zooms a view. ``zoom`` is pixels per scene unit."""

    about_to_zoom = Signal()
    zoom_changed = Signal(float)

    def __init__(self, view: QGraphicsView) -> None:
        super().__init__(view)
        self._view = view
        #: Whether moves that the person did not make by hand jump.
        self.is_motion_reduced = False
        view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setSceneRect(_WORLD)
        self._flight = QVariantAnimation(self, duration=MOTION_MS, startValue=0.0, endValue=1.0)
        self._flight.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._left_over = QPointF()
        self._least_zoom = LEAST_ZOOM
        self._route: tuple[QPointF, float, QPointF, float] | None = None
        #: What was fitted into the view, until the person looks elsewhere.
        self._fitted: QRectF | None = None

    @property
    def zoom(self) -> float:
        return self._view.transform().m11()

    @property
    def center(self) -> QPointF:
        """The scene point in the middle of the view."""
        return self._view.viewportTransform().inverted()[0].map(QRectF(self._view.viewport().rect()).center())

    @property
    def visible_rect(self) -> QRectF:
        inverse = self._view.viewportTransform().inverted()[0]
        return inverse.mapRect(QRectF(self._view.viewport().rect()))

    def to_screen(self, point: QPointF) -> QPoint:
        """Where a scene point is on the screen."""
        return self._view.viewport().mapToGlobal(self._view.mapFromScene(point))

    def pan_by(self, x: float, y: float) -> None:
        """Moves what is seen by so many pixels, as the hand moves paper."""
        self._flight.stop()
        self._fitted = None
        # Scroll bars stand on whole pixels: what is left over is added to the next move.
        way = QPointF(x, y) + self._left_over
        whole = QPointF(way.toPoint())
        self._left_over = way - whole
        self._scroll(-whole)

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Zooms so that what lies under a point of the viewport stays there."""
        self._flight.stop()
        self._fitted = None
        under = self._view.viewportTransform().inverted()[0].map(point)
        self._set_zoom(self.zoom * factor)
        self._scroll(self._view.viewportTransform().map(under) - point)

    def _scroll(self, way: QPointF) -> None:
        horizontal, vertical = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        horizontal.setValue(horizontal.value() + round(way.x()))
        vertical.setValue(vertical.value() + round(way.y()))

    def jump_to(self, point: QPointF) -> None:
        """Brings a scene point to the middle of the view, without a way there."""
        self._flight.stop()
        self._fitted = None
        self._jump(point, self.zoom)

    def zoom_to(self, zoom: float) -> None:
        """Zooms around the middle of the view."""
        self.show(self.center, self._limited(zoom))

    def center_on(self, point: QPointF) -> None:
        self.show(point, self._target_zoom)

    def fit(self, rect: QRectF) -> None:
        """Shows a rectangle whole, at 100 % at most."""
        self.show(rect.center(), self._zoom_to_fit(rect))
        self._fitted = rect

    def refit(self) -> None:
        """Fits again what was fitted, after the view changed its size; not when the person has looked elsewhere."""
        if self._fitted is not None:
            self._flight.stop()
            self._jump(self._fitted.center(), self._zoom_to_fit(self._fitted))

    def _zoom_to_fit(self, rect: QRectF) -> float:
        """The zoom that shows a rectangle whole; from then on a person can go as far away by hand."""
        size = self._view.viewport().size()
        wide = max(size.width() - 2 * _FIT_MARGIN, 50) / max(rect.width(), 1)
        high = max(size.height() - 2 * _FIT_MARGIN, 50) / max(rect.height(), 1)
        zoom = max(min(wide, high, 1.0), _FURTHEST_ZOOM)
        self._least_zoom = min(self._least_zoom, zoom)
        return zoom

    def show(self, center: QPointF, zoom: float) -> None:
        """Brings a scene point to the middle of the view."""
        self._flight.stop()
        self._fitted = None
        zoom = min(max(zoom, _FURTHEST_ZOOM), MOST_ZOOM)
        self._least_zoom = min(self._least_zoom, zoom)
        if self.is_motion_reduced or not self._view.isVisible():
            self._jump(center, zoom)
            return
        self._route = (self.center, self.zoom, center, zoom)
        self._flight.start()

    @property
    def _target_zoom(self) -> float:
        is_flying = self._flight.state() is QAbstractAnimation.State.Running
        return self._route[3] if is_flying and self._route is not None else self.zoom

    def _fly(self, share: float) -> None:
        if self._route is None:
            return
        from_center, from_zoom, to_center, to_zoom = self._route
        # Zoom by equal ratios, and move so that the way across the screen is even.
        zoom = from_zoom * (to_zoom / from_zoom) ** share
        if math.isclose(from_zoom, to_zoom):
            moved = share
        else:
            moved = (1 / zoom - 1 / from_zoom) / (1 / to_zoom - 1 / from_zoom)
        self._jump(from_center + (to_center - from_center) * moved, zoom)

    def _jump(self, center: QPointF, zoom: float) -> None:
        self._set_zoom(zoom)
        self._view.centerOn(center)

    def _set_zoom(self, zoom: float) -> None:
        zoom = self._limited(zoom)
        if zoom != self.zoom:
            self.about_to_zoom.emit()
            self._view.setTransform(QTransform.fromScale(zoom, zoom))
            self.zoom_changed.emit(zoom)

    def _limited(self, zoom: float) -> float:
        return min(max(zoom, self._least_zoom), MOST_ZOOM)
