"""Features: parts of the window that bring panels and actions of their own. The window only lists them."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QWidget

from editor.adding.entry import PaletteEntries
from editor.canvas.view import GraphView
from editor.docks import Docks
from editor.document import Document
from editor.run.controller import RunController
from editor.settings import Settings
from editor.status import StatusBar


class Place(enum.Enum):
    """The menus that take features' actions.

    ``ADD``, ``SELECT``, ``BLOCKS`` and ``WIRING`` stand in the Edit menu; ``NODE`` and ``WIRE`` are those of a right
    click on one, and ``VALUES`` stands in that of a node.
    """

    FILE = "file"
    EDIT = "edit"
    ADD = "add"
    SELECT = "select"
    BLOCKS = "blocks"
    WIRING = "wiring"
    VIEW = "view"
    RUN = "run"
    DEBUG = "debug"
    INSPECT = "inspect"
    HELP = "help"
    NODE = "node"
    VALUES = "values"
    WIRE = "wire"


@dataclass(frozen=True)
class Workbench:
    """What a feature works with."""

    window: QWidget
    document: Document
    controller: RunController
    canvas: GraphView
    #: Holds the canvas; what is put beside it shares its room.
    middle: QSplitter
    docks: Docks
    status: StatusBar
    settings: Settings
    #: What can be added from the palette; a feature adds a source of its own.
    entries: PaletteEntries


@dataclass(frozen=True)
class PanelSpec:
    """A panel in a dock of its own; the window's layout is stored under ``name``."""

    name: str
    title: str
    icon: str
    widget: QWidget
    area: Qt.DockWidgetArea = Qt.DockWidgetArea.BottomDockWidgetArea


class Feature(QObject):
    """Fills ``panels`` and :meth:`add_actions` when it is made; the window puts them in their places.

    Features do not know each other. What one wants of another is a signal, which :mod:`editor.features.all` connects.
    """

    problem_found = Signal(object)
    """A Problem that the person is to be told of: in the status bar, and where it is on the canvas."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.window)
        self.bench = bench
        self.panels: list[PanelSpec] = []
        #: What stands in the toolbar behind the transport.
        self.tools: list[QWidget] = []
        #: By menu, groups of actions; a line stands between groups.
        self.actions: dict[Place, list[list[QAction]]] = {place: [] for place in Place}

    def add_actions(self, place: Place, *actions: QAction) -> None:
        """Adds a group of actions to a menu."""
        self.actions[place].append(list(actions))
