"""Saved views: places on the canvas with names, kept in the document, that one comes back to."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QInputDialog, QMenu

from editor.actions import ActionText, make_action
from editor.commands import RemoveView, SaveView
from editor.features.feature import Feature, Place, Workbench
from engine.model import SavedView

#: As many views have keys of their own: Ctrl+1, Ctrl+2 …
WITH_KEYS = 7


class Viewing(Feature):
    """Save view…, and the saved ones in the View menu, the first with keys."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        document = bench.document
        self.save = make_action(
            bench.window,
            ActionText(
                self.tr("&Save view…"), self.tr("Keeps what is seen of the canvas now under a name, to come back to.")
            ),
            self.ask_and_save,
            "pin",
            "Ctrl+Shift+K",
        )
        self.go = [
            make_action(
                bench.window,
                ActionText(self.tr("View {number}").format(number=number), self.tr("Shows a saved view.")),
                partial(self._go_to_number, number - 1),
                "",
                f"Ctrl+{number}",
            )
            for number in range(1, WITH_KEYS + 1)
        ]
        self.menu = QMenu(self.tr("Saved &views"), bench.window)
        self.removal = QMenu(self.tr("&Remove view"), bench.window)
        self.add_actions(Place.VIEW, self.save, self.menu.menuAction())
        document.field_changed.connect(lambda field: self._fill() if field == "views" else None)
        document.replaced.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        """Lists the views that there are."""
        views = self.bench.document.model.views
        self.menu.clear()
        self.removal.clear()
        for place, view in enumerate(views):
            if place < WITH_KEYS:
                self.go[place].setText(_escaped(view.name))
                self.menu.addAction(self.go[place])
            else:
                self.menu.addAction(_escaped(view.name), partial(self.show, view))
            self.removal.addAction(_escaped(view.name), partial(self._remove, view.name))
        for place, action in enumerate(self.go):
            action.setEnabled(place < len(views))
            action.setVisible(place < len(views))
        if views:
            self.menu.addSeparator()
            self.menu.addMenu(self.removal)
        else:
            self.menu.addAction(self.tr("No saved views")).setEnabled(False)

    def ask_and_save(self) -> None:
        """Asks for a name, and keeps what is seen under it."""
        names = [view.name for view in self.bench.document.model.views]
        number = len(names) + 1
        offered = self.tr("View {number}").format(number=number)
        name, is_given = QInputDialog.getText(
            self.bench.window, self.tr("Save view"), self.tr("Name of the view:"), text=offered
        )
        if is_given and name.strip():
            self.save_as(name.strip())

    def save_as(self, name: str) -> None:
        """Keeps what is seen of the canvas under a name, as an undo step: it is a part of the document."""
        camera = self.bench.canvas.camera
        view = SavedView(name, round(camera.center.x(), 1), round(camera.center.y(), 1), round(camera.zoom, 4))
        self.bench.document.do(SaveView(self.bench.document, view))

    def show(self, view: SavedView) -> None:
        """Goes to a view."""
        self.bench.canvas.camera.show(QPointF(view.x, view.y), view.zoom)

    def _go_to_number(self, place: int) -> None:
        views = self.bench.document.model.views
        if place < len(views):
            self.show(views[place])

    def _remove(self, name: str) -> None:
        self.bench.document.do(RemoveView(self.bench.document, name))


def _escaped(name: str) -> str:
    """A name whose & is no mnemonic."""
    return name.replace("&", "&&")
