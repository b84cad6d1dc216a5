"""Laying a canvas out anew: at once where that is quick, else in another process, until which one can go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from editor.canvas.moving import Moving
from editor.commands import AreaChange, ArrangeNodes, DocumentCommand, SetDirection
from editor.document import Document, Position
from editor.layouts.area_moves import moved_areas
from editor.layouts.arrangement import Arrangement, Steps, Unit
from editor.layouts.process import LayoutProcess
from engine.model import FlowDirection

#: Up to so many nodes are laid out in a few hundredths of a second.
QUICK_NODES = 300

Places = dict[str, Position]


class LayingOut(QObject):
    """One layout at a time. An edit that comes between discards it, because it was worked out for another graph."""

    #: How many nodes are laid out from now on, while one can go on.
    began = Signal(int)
    #: The share that is done, 0 to 1.
    progressed = Signal(float)
    #: It has come to its end, or was given up.
    ended = Signal()
    #: Why the layout was discarded.
    discarded = Signal(str)
    #: The whole graph was laid out.
    whole_placed = Signal()

    def __init__(self, document: Document, moving: Moving, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._moving = moving
        self._process: LayoutProcess | None = None
        self._steps: Steps | None = None
        self._arrangement: Arrangement | None = None
        self._make: Callable[[Places, list[AreaChange]], DocumentCommand] | None = None
        self._is_whole = False
        document.edited.connect(self._discard)
        document.replaced.connect(self.cancel)

    @property
    def is_running(self) -> bool:
        """Whether a layout is being worked out."""
        return self._steps is not None

    def arrange(self, units: Sequence[Unit] | None = None) -> None:
        """Lays out some units, or the whole graph."""
        document = self._document
        arrangement = Arrangement(document.model)
        steps = arrangement.arranging() if units is None else arrangement.arranging_some(units)
        count = len(document.graph) if units is None else sum(len(arrangement.members(unit)) for unit in units)
        self._start(
            arrangement,
            steps,
            count,
            lambda places, areas: ArrangeNodes(document, places, units is None, areas),
            units is None,
        )

    def set_direction(self, direction: FlowDirection) -> None:
        """Lets values flow in another direction, and lays the whole graph out in it."""
        document = self._document
        if direction is document.model.direction:
            return
        arrangement = Arrangement(document.model, direction)
        self._start(
            arrangement,
            arrangement.arranging(),
            len(document.graph),
            lambda places, areas: SetDirection(document, direction, places, areas),
            True,
        )

    def cancel(self) -> None:
        """Gives the layout up; nothing is changed."""
        if not self.is_running:
            return
        self._steps = self._arrangement = self._make = None
        if self._process is not None:
            self._process.end()
        self.ended.emit()

    def _start(
        self,
        arrangement: Arrangement,
        steps: Steps,
        count: int,
        make: Callable[[Places, list[AreaChange]], DocumentCommand],
        is_whole: bool,
    ) -> None:
        self.cancel()
        self._arrangement, self._steps, self._make, self._is_whole = arrangement, steps, make, is_whole
        if count <= QUICK_NODES:
            arrangement.carry_out(steps)
            self._finish()
            return
        if self._process is None:
            self._process = LayoutProcess(self)
            self._process.progressed.connect(self.progressed)
            self._process.placed.connect(self._go_on)
            self._process.lost.connect(self._tell_loss)
        self.began.emit(count)
        self._go_on(None)

    def _go_on(self, places: list[Position] | None) -> None:
        """Hands the next task to the process; None begins with the first."""
        if self._steps is None or self._process is None:
            return
        try:
            task = next(self._steps) if places is None else self._steps.send(places)
        except StopIteration:
            self._finish()
        else:
            self._process.send(task)

    def _finish(self) -> None:
        arrangement, make = self._arrangement, self._make
        self._steps = self._arrangement = self._make = None
        if arrangement is not None and make is not None:
            command = make(arrangement.places, moved_areas(self._document.model, arrangement))
            self._moving.show(lambda: self._document.do(command))
        self.ended.emit()
        if self._is_whole:
            self.whole_placed.emit()

    def _discard(self) -> None:
        if self.is_running:
            self.cancel()
            self.discarded.emit(
                self.tr("The layout was given up because the graph was edited meanwhile; lay it out again.")
            )

    def _tell_loss(self) -> None:
        if self.is_running:
            self.cancel()
            self.discarded.emit(self.tr("The process that works out the layout ended by itself; lay it out again."))
