"""Gets ready what a view is about to show, a few milliseconds at a time, so that showing it takes one frame."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QTimer

from editor.canvas.geometry import FEW_NODES

if TYPE_CHECKING:
    from editor.canvas.gesture_view import GestureView

#: So many boxes that were not painted before are painted within a frame; in a small graph all are.
_FEW = 12
#: How long boxes are painted before the window answers again, in seconds.
_SLICE = 0.006
#: Between two such slices, in milliseconds: a frame has one of them.
_INTERVAL = 10


class PaintAhead(QObject):
    """Makes the items of what is seen, and their pictures, while the view shows what is cheap to paint."""

    def __init__(self, view: GestureView) -> None:
        super().__init__(view)
        self._view = view
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.timeout.connect(self._work)

    @property
    def is_busy(self) -> bool:
        """Whether something is still to be made ready."""
        return self._timer.isActive()

    def is_ready(self, rect: QRectF) -> bool:
        """Whether a part of the scene can be painted at once; if not, work on it begins."""
        if self._view.graph_scene.shown_count <= FEW_NODES or len(self._unpainted(rect)) <= _FEW:
            return True
        # Begun anew while the view moves: what it shows then is gone before it could be made ready.
        self._timer.start()
        return False

    def _unpainted(self, rect: QRectF) -> list[str]:
        """The nodes in a rectangle that have not been painted at the present zoom."""
        made, scale = self._view.graph_scene.nodes.made, self._view.pixel_scale
        names = self._view.graph_scene.node_plan.seen_in(rect)
        return [name for name in names if name not in made or not made[name].was_painted_at(scale)]

    def _work(self) -> None:
        view, end = self._view, time.perf_counter() + _SLICE
        if view.is_far:
            self._timer.stop()
            return
        rect = view.camera.visible_rect
        for name in self._unpainted(rect):
            view.graph_scene.nodes[name].make_picture(view.pixel_scale, view.devicePixelRatioF())
            if time.perf_counter() > end:
                return
        if view.graph_scene.make_items_in(rect, end):
            self._timer.stop()
            view.viewport().update()
