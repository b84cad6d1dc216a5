"""The main window: the canvas in the middle, panels around it, the transport above."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QToolBar, QToolTip

from editor.actions import ActionText, make_action
from editor.body_stack import BodyStack
from editor.canvas.view import GraphView
from editor.docks import Docks
from editor.document import Document
from editor.feature import Place, Workbench
from editor.features import Features
from editor.file_actions import FileActions
from editor.icons import bind_icon
from editor.node_adder import NodeAdder
from editor.panels.ask_panel import AskPanel
from editor.panels.inspector import Inspector
from editor.panels.palette import Palette
from editor.panels.palette_popup import PalettePopup
from editor.panels.plot_panel import PlotPanel
from editor.panels.problems_panel import ProblemsPanel
from editor.panels.values_table import ValuesTable
from editor.reduced_motion import system_reduces_motion
from editor.run.controller import RunController, RunState
from editor.settings import Settings
from editor.status import StatusBar
from editor.theme import ICON_SIZE, Appearance, ThemeManager
from editor.transport import Transport
from engine.formats.structure import FORMAT
from engine.graph import EngineError, NodeKind, Problem, Severity

#: Grows when docks are added or renamed, so that an older stored layout is not misread.
LAYOUT_VERSION = 3


class MainWindow(QMainWindow):
    """One document: its canvas, its panels, its training."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self.document = Document(self)
        self.controller = RunController(self.document, self)
        self.canvas = GraphView(self.document, ThemeManager.instance(), self)
        self.popup = PalettePopup(self)
        self.adder = NodeAdder(self.document, self.canvas, self.popup)
        self.bodies = BodyStack(self.canvas, self.document, self)
        self.middle = QSplitter(Qt.Orientation.Vertical, self)
        self.middle.setChildrenCollapsible(False)
        self.middle.addWidget(self.bodies)
        self.setCentralWidget(self.middle)
        self.setDockNestingEnabled(True)
        self.status = StatusBar(self.document, self.controller, self)
        self.setStatusBar(self.status)
        self._make_docks()
        self.files = FileActions(self.document, self.controller, settings, self, self._document_opened)
        self.transport = Transport(self.document, self.controller, self.features.stepping.steps, self)
        self._make_edit_actions()
        self._make_view_actions()
        self._make_menus()
        self._make_toolbar()
        self._connect()
        self._restore_layout()
        self._show_title()

    # --- building ------------------------------------------------------------------------------------------------

    def _make_docks(self) -> None:
        self.palette_panel = Palette(self)
        self.inspector = Inspector(self.document, self.controller, self)
        self.plot = PlotPanel(self.controller, self)
        self.values = ValuesTable(self.controller, self)
        self.ask = AskPanel(self.document, self.controller, self)
        self.problems = ProblemsPanel(self.document, self)
        self.docks = Docks(self)
        areas = Qt.DockWidgetArea
        self.docks.add("palette", self.tr("Palette"), "palette", self.palette_panel, areas.LeftDockWidgetArea)
        self.docks.add("inspector", self.tr("Inspector"), "inspector", self.inspector, areas.RightDockWidgetArea)
        for name, title, icon, widget in (
            ("plot", self.tr("Loss"), "plot", self.plot),
            ("values", self.tr("Values"), "table", self.values),
            ("ask", self.tr("Ask"), "ask", self.ask),
            ("problems", self.tr("Problems"), "problems", self.problems),
        ):
            self.docks.add(name, title, icon, widget)
        bench = Workbench(
            self, self.document, self.controller, self.canvas, self.middle, self.docks, self.status, self._settings
        )
        self.features = Features(bench)
        self.plot.follow_series(self.features.plotting.curves, self.features.plotting.past)
        for feature in self.features.all:
            feature.problem_found.connect(self._show_problem)
            for panel in feature.panels:
                self.docks.add(panel.name, panel.title, panel.icon, panel.widget, panel.area)
        self.docks.arrange()

    def _make_edit_actions(self) -> None:
        Keys = QKeySequence.StandardKey
        tr, text, stack = self.tr, ActionText, self.document.undo_stack
        on_canvas = self._on_canvas
        self.undo = stack.createUndoAction(self, tr("&Undo"))
        self.undo.setShortcut(QKeySequence(Keys.Undo))
        self.redo = stack.createRedoAction(self, tr("&Redo"))
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        for action, name, tip in (
            (self.undo, "undo", tr("Takes back the last change.")),
            (self.redo, "redo", tr("Makes the change again that was taken back.")),
        ):
            bind_icon(action, name)
            action.setStatusTip(tip)
            self.addAction(action)
        self.cut = make_action(
            self, text(tr("Cu&t"), tr("Moves the selection to the clipboard.")), self._cut, "cut", Keys.Cut
        )
        self.copy = make_action(
            self, text(tr("&Copy"), tr("Copies the selected nodes to the clipboard.")), self._copy, "copy", Keys.Copy
        )
        self.paste = make_action(
            self, text(tr("&Paste"), tr("Adds the nodes on the clipboard.")), self._paste, "paste", Keys.Paste
        )
        self.duplicate = make_action(
            self,
            text(tr("D&uplicate"), tr("Copies the selected nodes beside themselves.")),
            self._duplicate,
            "duplicate",
            "Ctrl+D",
        )
        self.delete = make_action(
            self,
            text(tr("&Delete"), tr("Removes the selected nodes and wires.")),
            self.canvas.delete_selection,
            "delete",
            Keys.Delete,
        )
        # The canvas takes the key itself: pressed in a table it must not delete nodes. The menu only tells of it.
        self.delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.rename = make_action(
            self, text(tr("Re&name"), tr("Types another name for the selected node.")), self._rename, "text", "F2"
        )
        self.select_all = make_action(
            self,
            text(tr("Select &all"), tr("Selects every node.")),
            on_canvas(GraphView.select_all),
            "select_all",
            Keys.SelectAll,
        )
        self.arrange = make_action(
            self,
            text(tr("A&rrange"), tr("Lays out the selected nodes, or all, from left to right without overlaps.")),
            on_canvas(GraphView.arrange),
            "layout",
            "Ctrl+L",
        )
        self.fold = make_action(
            self,
            text(
                tr("&Fold or unfold"),
                tr("Shows the selected block's nodes, or folds them into one block; Enter does it too."),
            ),
            on_canvas(GraphView.toggle_fold),
            "group",
            "Ctrl+G",
        )
        self.fold_all = make_action(
            self,
            text(tr("Fold a&ll blocks"), tr("Shows every name scope as one block.")),
            on_canvas(GraphView.fold_all),
            "group",
        )
        self.unfold_all = make_action(
            self,
            text(tr("&Unfold all blocks"), tr("Shows all nodes.")),
            on_canvas(GraphView.unfold_all),
            "ungroup",
        )
        self.add_node = make_action(
            self,
            text(tr("&Add node…"), tr("Opens the palette at the pointer; Tab does the same on the canvas.")),
            self.adder.open,
            "plus",
            "Shift+A",
        )

    def _make_view_actions(self) -> None:
        tr, text, on_canvas = self.tr, ActionText, self._on_canvas
        Keys = QKeySequence.StandardKey
        self.zoom_in = make_action(
            self,
            text(tr("Zoom &in"), tr("Shows the graph larger.")),
            on_canvas(GraphView.zoom_in),
            "zoom_in",
            Keys.ZoomIn,
        )
        self.zoom_out = make_action(
            self,
            text(tr("Zoom &out"), tr("Shows the graph smaller.")),
            on_canvas(GraphView.zoom_out),
            "zoom_out",
            Keys.ZoomOut,
        )
        self.zoom_100 = make_action(
            self,
            text(tr("Actual &size"), tr("Shows the graph at 100 %.")),
            on_canvas(GraphView.zoom_reset),
            "zoom_100",
            "Ctrl+0",
        )
        self.fit = make_action(
            self,
            text(tr("&Fit graph"), tr("Shows the whole graph.")),
            on_canvas(GraphView.fit),
            "zoom_fit",
            ["Ctrl+9", "Home"],
        )
        self.fit_selection = make_action(
            self,
            text(tr("Fit se&lection"), tr("Shows the selected nodes as large as possible.")),
            on_canvas(GraphView.fit_selection),
            "target",
            "Ctrl+8",
        )
        self.appearance = QActionGroup(self)
        names = {
            Appearance.SYSTEM: (tr("As the &system"), "system"),
            Appearance.LIGHT: (tr("&Light"), "sun"),
            Appearance.DARK: (tr("&Dark"), "moon"),
        }
        for appearance, (name, icon) in names.items():
            action = QAction(name, self, checkable=True)
            bind_icon(action, icon)
            action.setIconVisibleInMenu(False)  # The check mark has its place.
            action.setChecked(self._settings.appearance is appearance)
            action.triggered.connect(lambda _=False, chosen=appearance: self._set_appearance(chosen))
            self.appearance.addAction(action)

    def _on_canvas(self, do: Callable[[GraphView], None]) -> Callable[[], None]:
        """Does it to the canvas that is seen: the document's, or that of a body that was entered."""
        return lambda: do(self.bodies.current)

    def _make_menus(self) -> None:
        tr, bar = self.tr, self.menuBar()
        file = bar.addMenu(tr("&File"))
        file.addActions([self.files.new, self.files.open])
        file.addMenu(self.files.recent)
        file.addMenu(self.files.examples)
        file.addSeparator()
        file.addActions([self.files.save, self.files.save_as, self.files.save_values])
        file.addSeparator()
        leave = make_action(
            self, ActionText(tr("&Quit"), tr("Closes the window.")), self.close, "", QKeySequence.StandardKey.Quit
        )
        file.addAction(leave)
        edit = bar.addMenu(tr("&Edit"))
        edit.addActions([self.undo, self.redo])
        edit.addSeparator()
        edit.addActions([self.cut, self.copy, self.paste, self.duplicate, self.rename, self.delete])
        edit.addSeparator()
        edit.addActions([self.select_all, self.add_node, self.arrange])
        edit.addSeparator()
        edit.addActions([self.fold, self.fold_all, self.unfold_all])
        view = bar.addMenu(tr("&View"))
        view.addActions([self.zoom_in, self.zoom_out, self.zoom_100, self.fit, self.fit_selection])
        self._add_features(view, Place.VIEW)
        view.addSeparator()
        self._panel_actions(view)
        view.addSeparator()
        appearance = view.addMenu(tr("&Appearance"))
        appearance.addActions(self.appearance.actions())
        run = bar.addMenu(tr("&Run"))
        run.addActions([self.transport.run, self.transport.reset])
        run.addSeparator()
        ask = make_action(
            self,
            ActionText(tr("&Ask…"), tr("Feeds placeholders by hand and computes any node.")),
            self._open_ask,
            "ask",
            "Ctrl+E",
        )
        run.addAction(ask)
        self._add_features(run, Place.RUN)
        debug = bar.addMenu(tr("&Debug"))
        self._add_features(debug, Place.DEBUG)
        debug.menuAction().setVisible(not debug.isEmpty())
        help_menu = bar.addMenu(tr("&Help"))
        help_menu.addAction(
            make_action(
                self,
                ActionText(tr("&Keyboard shortcuts"), tr("Lists every shortcut.")),
                self._show_shortcuts,
                "keyboard",
                "Ctrl+/",
            )
        )
        help_menu.addAction(
            make_action(
                self, ActionText(tr("&About Chainrule"), tr("Says what this program is.")), self._show_about, "info"
            )
        )

    def _add_features(self, menu: QMenu, place: Place) -> None:
        """Adds what the features bring for a menu, a line between groups."""
        for feature in self.features.all:
            for group in feature.actions[place]:
                if not menu.isEmpty():
                    menu.addSeparator()
                menu.addActions(group)

    def _panel_actions(self, menu: QMenu) -> None:
        for number, (name, dock) in enumerate(self.docks.by_name.items(), start=1):
            action = dock.toggleViewAction()
            if number <= 9:
                action.setShortcut(f"Alt+{number}")
            bind_icon(action, self.docks.icons[name])
            action.setIconVisibleInMenu(False)  # The check mark has its place.
            action.setStatusTip(self.tr("Shows or hides the panel “{name}”.").format(name=dock.windowTitle()))
            menu.addAction(action)
            self.addAction(action)
        menu.addAction(
            make_action(
                self,
                ActionText(self.tr("&Reset panels"), self.tr("Puts every panel back in its place.")),
                self.docks.reset,
            )
        )

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("Toolbar"), self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        bar.addActions([self.files.new, self.files.open, self.files.save])
        bar.addSeparator()
        bar.addActions([self.undo, self.redo])
        bar.addSeparator()
        bar.addAction(self.add_node)
        self.transport.fill(bar)
        for feature in self.features.all:
            for tool in feature.tools:
                bar.addWidget(tool)
        bar.addActions([self.zoom_out, self.zoom_in, self.fit])
        self.addToolBar(bar)
        self.toolbar = bar
        bar.toggleViewAction().setEnabled(False)
        run_button = bar.widgetForAction(self.transport.run)
        if run_button is not None:
            run_button.setProperty("toolButtonStyle", Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    def _connect(self) -> None:
        document, canvas = self.document, self.canvas
        document.location_changed.connect(self._show_title)
        document.undo_stack.cleanChanged.connect(self._show_title)
        canvas.selection_changed.connect(self._selection_changed)
        canvas.palette_wanted.connect(self.adder.open_at)
        canvas.refused.connect(self._show_refusal)
        self.palette_panel.chosen.connect(self.adder.add_in_view)
        self.inspector.named.connect(canvas.setFocus)
        self.inspector.node_wanted.connect(canvas.reveal)
        document.edited.connect(self._update_enabled)
        self.bodies.refused.connect(self.status.show_refusal)
        self.bodies.level_changed.connect(self._update_enabled)
        self.bodies.selection_changed.connect(self._update_enabled_views)
        self.transport.epochs.lineEdit().returnPressed.connect(canvas.setFocus)
        self.problems.activated.connect(canvas.reveal_problem)
        self.status.problems_clicked.connect(self._open_problems)
        self.controller.values_changed.connect(canvas.set_values)
        self.controller.failed.connect(self._show_failure)
        self.controller.state_changed.connect(self._follow_run)
        is_reduced = self._settings.reduced_motion
        self.bodies.set_motion_reduced(system_reduces_motion() if is_reduced is None else is_reduced)
        self.controller.went_stale.connect(self._follow_edit)
        QGuiApplication.clipboard().dataChanged.connect(self._update_enabled)
        self.node_menu = QMenu(self)
        self.node_menu.addActions([self.fold, self.arrange])
        self.node_menu.addSeparator()
        self.node_menu.addActions([self.cut, self.copy, self.duplicate, self.rename, self.delete])
        self._add_features(self.node_menu, Place.NODE)
        canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        # What the pointer is on has been selected by the press.
        canvas.customContextMenuRequested.connect(lambda at: self.node_menu.popup(canvas.viewport().mapToGlobal(at)))
        self._selection_changed([])

    # --- documents -----------------------------------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Opens a file. Raises EngineError or OSError, with nothing changed, when it cannot be read."""
        self.files.open_path(path)

    def _document_opened(self) -> None:
        self.canvas.fit()
        self._selection_changed([])

    def _show_title(self) -> None:
        self.setWindowTitle(f"{self.document.title}[*] – Chainrule")
        self.setWindowFilePath(str(self.document.path or ""))
        self.setWindowModified(not self.document.is_clean)

    # --- editing -------------------------------------------------------------------------------------------------

    def _selection_changed(self, names: list[str]) -> None:
        scope = self.canvas.selected_scope()
        if scope is None:
            self.inspector.show_nodes(names)
        else:
            self.inspector.show_block(scope)
        self._update_enabled()

    def _update_enabled(self) -> None:
        names = self.canvas.selected_nodes()
        some = bool(names)
        for action in (self.cut, self.copy, self.duplicate):
            action.setEnabled(some)
        self.rename.setEnabled(len(names) == 1 or self.canvas.selected_scope() is not None)
        self._update_enabled_views()
        self.delete.setEnabled(some or bool(self.canvas.selected_wires()))
        self.paste.setEnabled(self.bodies.current is self.canvas and bool(QGuiApplication.clipboard().text()))

    def _update_enabled_views(self) -> None:
        """What looks at the canvas that is seen, which may be an entered body."""
        seen = self.bodies.current
        names = seen.selected_nodes()
        has_bodies = any(seen.document.operation(name).declaration.has_bodies for name in names)
        scopes = seen.graph_scene.blocks.scopes
        in_scope = seen.selected_scope() is not None or any(scopes.scope_of(name) for name in names)
        self.fit_selection.setEnabled(bool(names))
        self.fold.setEnabled(in_scope or has_bodies)
        self.fold_all.setEnabled(bool(scopes.names))
        self.unfold_all.setEnabled(bool(scopes.names))

    def _copy(self) -> None:
        names = self.canvas.selected_nodes()
        if names:
            QGuiApplication.clipboard().setText(self.document.copy(names))

    def _cut(self) -> None:
        names = self.canvas.selected_nodes()
        if names:
            QGuiApplication.clipboard().setText(self.document.cut(names))

    def _paste(self) -> None:
        position = self.canvas.scene_position_at_pointer()
        place = None if position is None else (position.x(), position.y())
        text = QGuiApplication.clipboard().text()
        if FORMAT not in text:
            self.status.show_refusal(self.tr("The clipboard holds no nodes to paste; copy some first."))
            return
        try:
            names = self.document.paste(text, place)
        except EngineError as error:
            self.status.show_refusal(str(error))
            return
        self.canvas.select(names)

    def _duplicate(self) -> None:
        self.canvas.select(self.document.duplicate(self.canvas.selected_nodes()))

    def _rename(self) -> None:
        if self.inspector.node is not None:
            self.docks.bring("inspector")
            self.inspector.node.header.name_edit.setFocus()
            self.inspector.node.header.name_edit.selectAll()
        elif self.inspector.block is not None:
            self.docks.bring("inspector")
            self.inspector.block.name_edit.setFocus()
            self.inspector.block.name_edit.selectAll()

    # --- telling -------------------------------------------------------------------------------------------------

    def _show_refusal(self, reason: str, place: QPoint) -> None:
        self.status.show_refusal(reason)
        # Qt breaks the lines of rich text only.
        QToolTip.showText(place, f"<p>{escape(reason)}</p>", self.canvas)

    def _follow_run(self, state: RunState) -> None:
        self.canvas.set_running(state is RunState.RUNNING)
        if state is not RunState.FAILED:
            self.document.set_run_problem(None)

    def _follow_edit(self) -> None:
        """What is shown belongs to the graph before an edit; what stopped the run may be mended by it."""
        self.canvas.mark_values_stale(None)
        self.document.set_run_problem(None)

    def _show_failure(self, problem: Problem) -> None:
        if self.controller.state is RunState.FAILED:
            self.document.set_run_problem(problem)
        self._show_problem(problem)

    def _show_problem(self, problem: Problem) -> None:
        self.status.show_refusal(str(problem))
        if problem.severity is Severity.ERROR:
            self.canvas.reveal_problem(problem)

    def _open_problems(self) -> None:
        self.docks.bring("problems")

    def _open_ask(self) -> None:
        self.docks.bring("ask")
        chosen = [n for n in self.canvas.selected_nodes() if self.document.operation(n).kind is not NodeKind.OPTIMIZER]
        for name in chosen:
            self.ask.choose(name)
        first = next(iter(self.ask.feeds.values()), None)
        (self.ask.combo if first is None else first.edit).setFocus()

    def _show_shortcuts(self) -> None:
        from editor.dialogs import ShortcutsDialog

        ShortcutsDialog(self.menuBar(), self).exec()

    def _show_about(self) -> None:
        from editor.dialogs import show_about

        show_about(self)

    # --- the window itself ---------------------------------------------------------------------------------------

    def _set_appearance(self, appearance: Appearance) -> None:
        self._settings.appearance = appearance
        ThemeManager.instance().set_appearance(appearance)

    def _restore_layout(self) -> None:
        screen = self.screen().availableGeometry()
        # The frame around the window comes on top of its size.
        self.resize(min(1600, screen.width() - 40), min(1000, screen.height() - 60))
        geometry, state = self._settings.window_geometry, self._settings.window_state
        if geometry is not None:
            self.restoreGeometry(geometry)
        if state is None or not self.restoreState(state, LAYOUT_VERSION):
            QTimer.singleShot(0, self, self.docks.set_sizes)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that no panel needs goes back to the canvas and its keys."""
        if event.key() == Qt.Key.Key_Escape:
            self.canvas.setFocus()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_close():
            event.ignore()
            return
        self._settings.window_geometry = self.saveGeometry()
        self._settings.window_state = self.saveState(LAYOUT_VERSION)
        self.shut_down()
        event.accept()

    def shut_down(self) -> None:
        """Ends the training process."""
        self.controller.stop()
