"""Saved views of the canvas."""

from __future__ import annotations

from engine.model import SavedView

from .command import DocumentCommand, Host
from .edits import field_edit
from .words import translate


class SaveView(DocumentCommand):
    """Keeps a view under its name, in the place of one that has it."""

    def __init__(self, host: Host, view: SavedView) -> None:
        views = {each.name: each for each in host.model.views} | {view.name: view}
        text = translate("Commands", "Save view {name}").format(name=view.name)
        super().__init__(host, text, field_edit(host.model, "views", tuple(views.values())))


class RemoveView(DocumentCommand):
    """Forgets a view; one that is not there (any more) is passed over."""

    def __init__(self, host: Host, name: str) -> None:
        views = tuple(view for view in host.model.views if view.name != name)
        text = translate("Commands", "Remove view {name}").format(name=name)
        super().__init__(host, text, field_edit(host.model, "views", views))
