"""Probes: pins tensors on the canvas, keeps them up to date with the run, and remembers them with the document."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal

from editor.actions import ActionText, make_action
from editor.canvas.probe_item import CELLS, Reading
from editor.canvas.probes import Pinned
from editor.features.feature import Feature, Place, Workbench
from editor.run.follower import Follower
from editor.run.looking import Look, Seen, Wanted
from editor.run.state import RunState
from editor.settings import ProbeRow
from engine.debugger.tensors.excerpts import Strip
from engine.debugger.tensors.tensor_name import Kind, TensorName
from engine.graph import Problem


class Probing(Feature):
    """Brings together the run and the cards on the canvas."""

    look_wanted = Signal(object)
    """The TensorName that the person wants to see whole."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        window, controller, canvas = bench.window, bench.controller, bench.canvas
        self._probes = canvas.graph_scene.probes
        self.pin_value = make_action(
            window,
            ActionText(
                self.tr("&Pin as a probe"),
                self.tr("Keeps a card with the tensor beside the selected node, or takes it off."),
            ),
            lambda: self._toggle(Kind.VALUE),
            "pin",
            "P",
        )
        self.pin_gradient = make_action(
            window,
            ActionText(
                self.tr("Pin the &gradient as a probe"),
                self.tr("Keeps a card with the gradient beside the selected node, or takes it off."),
            ),
            lambda: self._toggle(Kind.GRADIENT),
            "pin",
            "Shift+P",
        )
        self.unpin_all = make_action(
            window,
            ActionText(self.tr("Remove &all probes"), self.tr("Takes every probe off the canvas.")),
            lambda: self._restore([]),
            "close",
        )
        for action in (self.pin_value, self.pin_gradient):
            # A letter belongs to what is typed, except on the canvas.
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            window.removeAction(action)
            canvas.addAction(action)
        self.add_actions(Place.INSPECT, self.pin_value, self.pin_gradient, self.unpin_all)
        self.add_actions(Place.VALUES, self.pin_value, self.pin_gradient)
        self.add_actions(Place.WIRE, self.pin_value, self.pin_gradient)
        self._follower = Follower(controller, self._question, self._receive, self)
        self._probes.changed.connect(self._keep)
        canvas.probe_opened.connect(self.look_wanted)
        controller.went_stale.connect(self._probes.mark_stale)
        controller.state_changed.connect(self._follow_state)
        bench.document.replaced.connect(self._follow_document)
        bench.document.location_changed.connect(self._keep)
        self._follow_document()

    def _toggle(self, kind: Kind) -> None:
        found = self.bench.canvas.selected_tensor()
        if found is None:
            self.problem_found.emit(Problem(self.tr("Select a node or a wire first: P pins its tensor.")))
        else:
            self.toggle(TensorName(*found, kind))

    def toggle(self, tensor: TensorName) -> None:
        """Pins a tensor, or takes its card off."""
        if tensor in self._probes.shown:
            self._probes.unpin(tensor)
        else:
            self._probes.pin(tensor)
            self._follower.refresh()

    # --- following the run ---------------------------------------------------------------------------------------

    def _question(self) -> Look | None:
        shown = self._probes.shown
        return Look(tuple(Wanted(tensor, (Strip(CELLS),)) for tensor in shown)) if shown else None

    def _receive(self, answer: tuple[Seen, ...] | Problem) -> None:
        if isinstance(answer, Problem):
            return
        readings = {
            seen.wanted.tensor: Reading(seen.moment, seen.figures, seen.excerpts[0] if seen.excerpts else None)
            for seen in answer
        }
        self._probes.show(readings)
        if self.bench.controller.is_stale:
            self._probes.mark_stale()

    def _follow_state(self, state: RunState) -> None:
        if state is RunState.IDLE:
            self._probes.forget()

    # --- remembering ---------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        path = self.bench.document.path
        if path is None:
            return
        rows: list[ProbeRow] = [
            (tensor.node, tensor.output, _word(tensor.kind), *offset) for tensor, offset in self._probes.pinned
        ]
        self.bench.settings.set_probes(path, rows)

    def _follow_document(self) -> None:
        path = self.bench.document.path
        self._restore([] if path is None else [_pinned(row) for row in self.bench.settings.probes(path)])

    def _restore(self, pinned: list[Pinned]) -> None:
        self._probes.restore(pinned)
        self._keep()
        self._follower.refresh()


def _word(kind: Kind) -> Literal["value", "gradient"]:
    return "gradient" if kind is Kind.GRADIENT else "value"


def _pinned(row: ProbeRow) -> Pinned:
    node, output, kind, x, y = row
    return Pinned(TensorName(node, output, Kind(kind)), (x, y))
