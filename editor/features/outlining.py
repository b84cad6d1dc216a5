"""The panel "Outline": the graph as a tree, in step with the canvas, in which everything can be done by keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.features.feature import Feature, PanelSpec, Workbench
from editor.outline.model import OutlineModel
from editor.outline.view import OutlineView
from editor.panels.empty_state import EmptyState
from editor.run.controller import RunController

#: How often values are written anew while a run goes on, in milliseconds.
_VALUES_EVERY = 200


class OutlinePanel(QWidget):
    """The tree, and over it what will appear there while there is nothing; the tree takes the keys all the same."""

    def __init__(self, view: OutlineView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(view)
        self.empty = EmptyState(
            "outline",
            self.tr("The nodes of the graph appear here as a list. Press Shift+A to add one."),
            self,
        )
        self.empty.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusProxy(view)

    def show_whether_empty(self, is_empty: bool) -> None:
        self.empty.setVisible(is_empty)
        self.view.setHeaderHidden(is_empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.empty.setGeometry(self.rect())


class Outlining(Feature):
    """Keeps the outline in step with the document, the selection and the run while it is seen."""

    inspector_wanted = Signal()
    """The attributes of the selected node are to be edited."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        document, canvas = bench.document, bench.canvas
        self.model = OutlineModel(document, self)
        self.view = OutlineView(self.model, bench.window)
        self.panel = OutlinePanel(self.view, bench.window)
        self.panels.append(
            PanelSpec("outline", self.tr("Outline"), "outline", self.panel, Qt.DockWidgetArea.LeftDockWidgetArea)
        )
        self._is_seen = False
        self._values_timer = QTimer(self, singleShot=True, interval=_VALUES_EVERY)
        self._values_timer.timeout.connect(self.view.viewport().update)
        document.edited.connect(self._follow)
        document.replaced.connect(self._begin_again)
        document.problems_changed.connect(self._show_problems)
        canvas.selection_changed.connect(self._follow_canvas)
        self.view.nodes_chosen.connect(self._select)
        self.view.node_wanted.connect(canvas.reveal)
        self.view.inspector_wanted.connect(self.inspector_wanted)
        self.view.delete_wanted.connect(document.delete)
        self._follow_values(bench.controller)
        self.view.installEventFilter(self)
        self._begin_again()

    def _follow_values(self, controller: RunController) -> None:
        def show(values: object) -> None:
            if isinstance(values, dict):
                self.model.set_values(values)
            if self._is_seen and not self._values_timer.isActive():
                self._values_timer.start()

        controller.values_changed.connect(show)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._is_seen = True
            self._follow()
            self._follow_canvas(self.bench.canvas.selected_nodes())
        elif event.type() == QEvent.Type.Hide:
            self._is_seen = False
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        if self._is_seen:
            self.model.follow()
        self.panel.show_whether_empty(not len(self.bench.document.graph))

    def _begin_again(self) -> None:
        self.model.begin_again()
        self.panel.show_whether_empty(not len(self.bench.document.graph))

    def _show_problems(self) -> None:
        if self._is_seen:
            self.model.show_problems()

    def _follow_canvas(self, names: list[str]) -> None:
        if self._is_seen and all(name in self.bench.document.graph for name in names):
            self.view.select_nodes(names)

    def _select(self, names: list[str]) -> None:
        self.bench.canvas.select(names)
        if len(names) == 1:
            self.bench.canvas.bring_into_view(names[0])
