"""An undone step must not leave a person before an empty canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack

from editor.canvas.camera import Camera
from editor.canvas.scene import GraphScene


class KeepingInSight(QObject):
    """Shows the whole graph when going back in the history has left nothing of it in sight."""

    def __init__(self, stack: QUndoStack, scene: GraphScene, camera: Camera, fit: Callable[[], None]) -> None:
        super().__init__(camera)
        self._scene = scene
        self._camera = camera
        self._fit = fit
        self._index = stack.index()
        stack.indexChanged.connect(self._follow)

    def _follow(self, index: int) -> None:
        # Who makes a new step looks where they want to.
        is_back, self._index = index < self._index, index
        if is_back and self._scene.shown_count and not self._is_something_seen():
            self._fit()

    def _is_something_seen(self) -> bool:
        seen = self._camera.visible_rect
        others = (*self._scene.blocks.items.values(), *self._scene.annotations.all())
        return bool(self._scene.node_plan.seen_in(seen)) or any(seen.intersects(item.box) for item in others)
