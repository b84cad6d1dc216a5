"""Finding nodes: what is typed is found while it is typed, stands out on the canvas, and can be gone through."""

from __future__ import annotations

from editor.actions import ActionText, make_action
from editor.features.feature import Feature, Place, Workbench
from editor.finding.query import QueryError, find_nodes
from editor.panels.find_bar import FindBar


class Finding(Feature):
    """The action Find…, and the bar that it opens."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self.action = make_action(
            bench.window,
            ActionText(self.tr("&Find…"), self.tr("Finds nodes by name, operation, dtype, shape, attribute or state.")),
            self.open,
            "search",
            "Ctrl+F",
        )
        self.add_actions(Place.ADD, self.action)
        self.bar = FindBar(bench.canvas)
        #: What was found, in the order in which it is gone through, and where one is in it.
        self.found: list[str] = []
        self._place = -1
        self.bar.query_changed.connect(lambda text: self._find())
        self.bar.step_wanted.connect(self._step)
        self.bar.closed.connect(self.close)
        bench.document.edited.connect(self._follow)
        bench.document.replaced.connect(self.close)

    def open(self) -> None:
        """Opens the bar, with what was typed last selected."""
        self.bar.show()
        self.bar.field.setFocus()
        self.bar.field.selectAll()
        self._find()

    def close(self) -> None:
        """Closes the bar; what was gone to last stays selected."""
        if not self.bar.isVisibleTo(self.bench.canvas):
            return
        self.bar.hide()
        self.found = []
        self.bench.canvas.show_found(None)
        self.bench.canvas.setFocus()

    def _follow(self) -> None:
        if self.bar.isVisibleTo(self.bench.canvas):
            self._find(keeps_place=True)

    def _find(self, keeps_place: bool = False) -> None:
        text = self.bar.field.text()
        try:
            found = find_nodes(self.bench.document, text)
        except QueryError as error:
            self.found = []
            self.bench.canvas.show_found(None)
            self.bar.refuse(str(error))
            return
        self.found = found
        self._place = min(self._place, len(found) - 1) if keeps_place else -1
        self._show()

    def _step(self, direction: int) -> None:
        if not self.found:
            return
        if self._place < 0:
            self._place = 0 if direction > 0 else len(self.found) - 1
        else:
            self._place = (self._place + direction) % len(self.found)
        self.bench.canvas.show_node(self.found[self._place])
        self._show()

    def _show(self) -> None:
        current = self.found[self._place] if 0 <= self._place < len(self.found) else ""
        is_looking = bool(self.bar.field.text().strip())
        self.bench.canvas.show_found(self.found if is_looking else None, current)
        self.bar.say_found(self._place, len(self.found))
