"""The values that a scene shows, on nodes and on wires: gathered, and painted together some 30 times a second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QGraphicsItem

from editor.canvas.box_item import BoxItem
from editor.canvas.wire_labels import WireLabels
from editor.wire_id import WireId
from engine.debugger.tensors.step_picture import StepPicture
from engine.debugger.tensors.tensor_picture import NOT_COMPUTED, TensorPicture, TensorState, picture_of

if TYPE_CHECKING:
    from editor.canvas.scene import GraphScene

Array = np.ndarray[Any, np.dtype[Any]]

#: How long values are gathered before they are painted, in milliseconds.
_INTERVAL = 33
#: From so many changes on, everything is painted again.
_MANY = 200

Key = TypeVar("Key")


class SceneValues(QObject):
    """Gives the nodes and wires of a scene what they show.

    Of a training step there is a picture; what takes no part in the step, and everything before the first picture,
    shows the values that are given one by one.
    """

    #: Another picture of a step is painted; the one before it (or None), and the new one.
    step_shown = Signal(object, object)

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self._scene = scene
        #: The picture that is painted.
        self.step: StepPicture | None = None
        self._next_step: StepPicture | None = None
        self._pending: dict[str, Array | None] = {}
        self._shows_values = True
        self._shows_gradients = True
        self.labels = WireLabels(scene)
        #: Whether the graph was edited since the step was pictured.
        self._is_outdated = False
        #: Whether any gradient of the step is computed, or was in an earlier step.
        self._has_gradients = False
        self._timer = QTimer(self, singleShot=True, interval=_INTERVAL)
        self._timer.timeout.connect(self.show_pending)

    # --- what is on wires ----------------------------------------------------------------------------------------

    @property
    def shows_values(self) -> bool:
        """Whether wires show the values that flow along them."""
        return self._shows_values

    @property
    def shows_gradients(self) -> bool:
        """Whether wires show the gradients that flow back along them, once the backward phase has begun."""
        return self._shows_gradients

    def show_on_wires(self, values: bool, gradients: bool) -> None:
        """Chooses what of a step wires show; with neither they show shapes."""
        if (values, gradients) != (self._shows_values, self._shows_gradients):
            self._shows_values, self._shows_gradients = values, gradients
            self._make_room_on_wires()
            self._scene.repaint_all()

    @property
    def are_on_wires(self) -> bool:
        """Whether wires show values or gradients at all."""
        return self.step is not None and (self._shows_values or self._shows_gradients)

    def on_wire(self, wire: WireId) -> tuple[TensorPicture | None, TensorPicture | None]:
        """The value that flows along a wire and the gradient that flows back; None for what it does not show."""
        step = self.step
        if step is None:
            return None, None
        value = step.carried((wire.source, wire.source_port)) if self._shows_values else None
        gradient = step.gradients.get(wire) if self._shows_gradients and self._has_gradients else None
        return self._as_now(value), self._as_now(gradient)

    def _as_now(self, picture: TensorPicture | None) -> TensorPicture | None:
        """What belongs to the graph before an edit is stale."""
        if picture is None or not self._is_outdated or picture.state is TensorState.NOT_COMPUTED:
            return picture
        return picture._replace(state=TensorState.STALE)

    def _make_room_on_wires(self) -> None:
        for item in self._scene.wires.made.values():
            item.set_carrying(self.are_on_wires)
        self.labels.set_shown(self.are_on_wires)

    # --- values one by one ---------------------------------------------------------------------------------------

    def set_values(self, values: Mapping[str, Array | None]) -> None:
        """Takes present values of nodes (None: not computed); they are painted together a moment later."""
        self._pending.update((name, value) for name, value in values.items() if name in self._scene.nodes)
        if self._pending:
            self._wake()

    def set_step(self, step: StepPicture | None) -> None:
        """Takes the picture of a step, of which only the latest is painted; None when there is none any more."""
        if step is None:
            self.step = self._next_step = None
            self._make_room_on_wires()
            self._scene.repaint_all()
        else:
            self._next_step = step
            self._wake()

    def _wake(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def show_pending(self) -> None:
        """Paints what has been gathered."""
        self._timer.stop()
        before, step = self.step, self._next_step
        changed: list[QGraphicsItem] = []
        if step is not None:
            changed += self._take_step(step)
        pictured = {} if self.step is None or self._is_outdated else _first_outputs(self.step)
        for name, array in self._pending.items():
            if name not in pictured:
                picture = NOT_COMPUTED if array is None else picture_of(np.asarray(array))
                changed += self._show_on_node(name, picture, array)
        self._pending.clear()
        if len(changed) < _MANY:
            self._scene.repaint_items(changed)
        else:
            self._scene.repaint_all()
        if step is not None:
            self.step_shown.emit(before, step)

    def _take_step(self, step: StepPicture) -> list[QGraphicsItem]:
        """Shows another picture of a step. Returns what is to be repainted."""
        before, had_gradients, was_outdated = self.step, self._has_gradients, self._is_outdated
        self.step, self._next_step = step, None
        self._is_outdated = False
        # Before the first gradient there is nothing to tell of the backward phase.
        not_computed = TensorState.NOT_COMPUTED
        self._has_gradients = any(picture.state is not not_computed for picture in step.gradients.values())
        changed: list[QGraphicsItem] = []
        for name, picture in _first_outputs(step).items():
            changed += self._show_on_node(name, picture)
        if before is None:
            self._make_room_on_wires()
        if before is None or was_outdated or had_gradients is not self._has_gradients:
            return [*changed, *self._scene.wires.made.values()]
        return changed + self._wires_changed(before, step)

    def _wires_changed(self, before: StepPicture, after: StepPicture) -> list[QGraphicsItem]:
        """The wires that carry something else than before."""
        scene = self._scene
        sources = {name for name, _ in (*_changed(before.tensors, after.tensors), *_changed(before.reads, after.reads))}
        gradients = set(_changed(before.gradients, after.gradients))
        if len(sources) + len(gradients) > _MANY:
            return list(scene.wires.made.values())
        along = [item for name in sources for item in scene.made_wires_of(name) if item.wire.source == name]
        return [*along, *(scene.wires.made[wire] for wire in map(WireId._make, gradients) if wire in scene.wires.made)]

    def _show_on_node(self, name: str, picture: TensorPicture, array: Array | None = None) -> list[BoxItem]:
        """Shows a value on a node, and on the block that it is hidden in. Returns what is to be repainted."""
        item = self._scene.nodes.get(name)
        if item is None or _shows(item, picture, array):
            return []
        item.set_value(picture, array)
        self._scene.node_plan.set_height(name, item.height)
        block = self._scene.blocks.standing_for(name)
        if block is None:
            return [item]
        if block.result != name:
            return []
        block.set_value(picture, array)
        return [block]

    def mark_stale(self, names: Iterable[str] | None) -> None:
        """Greys values that no longer follow from the graph: those of some nodes, or all, with those on wires."""
        self.show_pending()
        changed: list[QGraphicsItem] = []
        made = self._scene.nodes.made
        for name in made if names is None else names:
            found: list[BoxItem | None] = [made.get(name)]
            block = self._scene.blocks.standing_for(name)
            if block is not None and block.result == name:
                found.append(block)
            for item in found:
                if item is not None and item.value is not None and not item.value.is_stale:
                    item.value.is_outdated = True
                    changed.append(item)
        if names is None and self.step is not None:
            self._is_outdated = True
            changed += self._scene.wires.made.values()
        self._scene.repaint_items(changed)

    # --- following the scene -------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Another document is shown."""
        self._pending.clear()
        self.step = self._next_step = None
        self.labels.set_shown(False)

    def forget_node(self, name: str) -> None:
        self._pending.pop(name, None)

    def rename_node(self, old: str, new: str) -> None:
        if old in self._pending:
            self._pending[new] = self._pending.pop(old)

    def show_on_blocks(self) -> None:
        """A block shows what the node that gives its result shows, as fresh or stale as that."""
        for block in self._scene.blocks.items.values():
            shown = None if block.result is None else self._scene.nodes[block.result].value
            if shown is None:
                continue
            block.set_value(shown.picture, shown.whole)
            assert block.value is not None
            block.value.is_outdated = shown.is_outdated


def _changed(before: Mapping[Key, TensorPicture], after: Mapping[Key, TensorPicture]) -> list[Key]:
    """What has another picture, or one where there was none, or none any more."""
    gone = [key for key in before if key not in after]
    return gone + [key for key, picture in after.items() if before.get(key) != picture]


def _first_outputs(step: StepPicture) -> dict[str, TensorPicture]:
    """What nodes show: the value of their first output."""
    found: dict[str, TensorPicture] = {}
    for (name, _), picture in step.tensors.items():
        found.setdefault(name, picture)
    return found


def _shows(item: BoxItem, picture: TensorPicture, array: Array | None) -> bool:
    """Whether a node shows this value already."""
    shown = item.value
    if shown is None or shown.is_outdated or shown.picture != picture:
        return False
    if picture.is_whole or shown.whole is array:
        return True
    return array is not None and shown.whole is not None and bool(np.array_equal(shown.whole, array))
