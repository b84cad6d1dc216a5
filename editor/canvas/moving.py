"""Nodes that glide to where an edit has put them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QVariantAnimation

from editor.theme import MOTION_MS

if TYPE_CHECKING:
    from editor.canvas.scene import GraphScene

#: More nodes jump: so many could not be painted in time.
_MOST_NODES = 400


class Moving(QObject):
    """Shows the moves of one edit after it was made; the document is where they end all along."""

    def __init__(self, scene: GraphScene, is_motion_reduced: Callable[[], bool]) -> None:
        super().__init__(scene)
        self._scene = scene
        self._is_motion_reduced = is_motion_reduced
        self._ways: dict[str, tuple[QPointF, QPointF]] = {}
        self._clock = QVariantAnimation(self, duration=MOTION_MS, startValue=0.0, endValue=1.0)
        self._clock.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._clock.valueChanged.connect(self._show)
        self._clock.finished.connect(self.finish)
        scene.document.edited.connect(self.finish)
        scene.document.replaced.connect(self._forget)

    @property
    def is_running(self) -> bool:
        return bool(self._ways)

    def show(self, edit: Callable[[], None]) -> None:
        """Makes an edit, and shows what it moves on its way there."""
        self.finish()
        document = self._scene.document
        before = dict(document.model.positions)
        edit()
        after = document.model.positions
        moved = [name for name, place in after.items() if before.get(name, place) != place]
        if self._is_motion_reduced() or not 0 < len(moved) <= _MOST_NODES:
            return
        self._ways = {name: (QPointF(*before[name]), QPointF(*after[name])) for name in moved}
        self._show(0.0)
        self._clock.start()

    def finish(self) -> None:
        """Puts everything where the document has it."""
        self._clock.stop()
        ways, self._ways = self._ways, {}
        if ways:
            self._scene.place_nodes([name for name in ways if name in self._scene.nodes])

    def _forget(self) -> None:
        self._ways = {}
        self._clock.stop()

    def _show(self, share: float) -> None:
        if self._ways:
            nodes = self._scene.nodes
            self._scene.move_items(
                {name: start + (end - start) * share for name, (start, end) in self._ways.items() if name in nodes}
            )
