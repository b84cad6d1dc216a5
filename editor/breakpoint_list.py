"""The breakpoints of an open document: they live as long as its window, and are not part of the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from editor.document import Document
from engine.compiler.schedule import PHASES
from engine.debugger.breakpoints import AtFirstCause, AtNode, Breakpoint, WhenHolds
from engine.debugger.causes.cause import CauseKind
from engine.debugger.conditions.condition import Condition, with_renamed
from engine.graph import EngineError


class BreakpointList(QObject):
    """Follows the document: a breakpoint goes with its node, and takes over its new name."""

    changed = Signal()
    """Breakpoints came, went or are others now, or what is wrong with one is."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._items: list[Breakpoint] = []
        self._next = 1
        document.nodes_removed.connect(self._remove_nodes)
        document.node_renamed.connect(self._rename_node)
        document.edited.connect(lambda: self.changed.emit() if self._items else None)
        document.replaced.connect(self.clear)

    def all(self) -> tuple[Breakpoint, ...]:
        """All breakpoints, in the order in which they were made."""
        return tuple(self._items)

    def problem(self, breakpoint: Breakpoint) -> str:
        """Why a breakpoint cannot be used with the document as it is; "" when it can."""
        at = breakpoint.at
        if isinstance(at, WhenHolds):
            return self.refusal(at.text)
        if isinstance(at, AtNode) and at.node not in self._document.graph:
            return self.tr("There is no node {name} any more; remove this breakpoint.").format(name=at.node)
        return ""

    def refusal(self, text: str) -> str:
        """Why a condition cannot be used, as a sentence with the column of the mistake; "" when it can."""
        try:
            Condition(text, self._document.graph, self._document.model.run.metrics)
        except EngineError as error:
            return error.message
        return ""

    # --- changing ------------------------------------------------------------------------------------------------

    def add_condition(self, text: str) -> None:
        """Adds a condition, unless it is there already."""
        self._add(WhenHolds(text.strip()))

    def change_condition(self, number: int, text: str) -> None:
        self._replace(lambda each: replace(each, at=WhenHolds(text.strip())) if each.number == number else each)

    def phases_of(self, node: str) -> tuple[str, ...]:
        """The phases in which runs stop at a node, in the order of a step."""
        found = {each.at.phase for each in self._items if isinstance(each.at, AtNode) and each.at.node == node}
        return tuple(phase for phase in PHASES if phase in found)

    def toggle_node(self, node: str, phase: str) -> None:
        """Adds the breakpoint on a phase of a node, or takes it away."""
        at = AtNode(node, phase)
        if any(each.at == at for each in self._items):
            self._keep(each for each in self._items if each.at != at)
        else:
            self._add(at)

    def remove_node(self, node: str) -> None:
        """Takes all breakpoints on a node away."""
        self._keep(each for each in self._items if not (isinstance(each.at, AtNode) and each.at.node == node))

    def watched_kinds(self) -> frozenset[CauseKind]:
        """The kinds of first causes that runs stop at."""
        return frozenset(each.at.kind for each in self._items if isinstance(each.at, AtFirstCause))

    def watch(self, kind: CauseKind, is_watched: bool) -> None:
        """Whether runs stop at the first cause of a kind."""
        at = AtFirstCause(kind)
        if not is_watched:
            self._keep(each for each in self._items if each.at != at)
        else:
            self._add(at)

    def set_enabled(self, number: int, is_enabled: bool) -> None:
        self._replace(lambda each: replace(each, is_enabled=is_enabled) if each.number == number else each)

    def remove(self, numbers: Iterable[int]) -> None:
        gone = set(numbers)
        self._keep(each for each in self._items if each.number not in gone)

    def clear(self) -> None:
        """Takes all breakpoints away."""
        self._keep(())

    def _add(self, at: AtNode | WhenHolds | AtFirstCause) -> None:
        if not any(each.at == at for each in self._items):
            self._items.append(Breakpoint(self._next, at))
            self._next += 1
            self.changed.emit()

    def _keep(self, items: Iterable[Breakpoint]) -> None:
        kept = list(items)
        if kept != self._items:
            self._items = kept
            self.changed.emit()

    def _replace(self, change: Callable[[Breakpoint], Breakpoint]) -> None:
        self._keep([change(each) for each in self._items])

    # --- following the document ----------------------------------------------------------------------------------

    def _remove_nodes(self, names: list[str]) -> None:
        gone = set(names)
        self._keep(each for each in self._items if not (isinstance(each.at, AtNode) and each.at.node in gone))

    def _rename_node(self, old: str, new: str) -> None:
        nodes = {*self._document.names(), old}

        def renamed(each: Breakpoint) -> Breakpoint:
            if isinstance(each.at, AtNode) and each.at.node == old:
                return replace(each, at=replace(each.at, node=new))
            if isinstance(each.at, WhenHolds):
                return replace(each, at=WhenHolds(with_renamed(each.at.text, old, new, nodes)))
            return each

        self._replace(renamed)
