"""The main window: the canvas in the middle, panels around it, the transport above."""

from __future__ import annotations

from html import escape
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QToolTip, QVBoxLayout, QWidget

from editor.adding.entry import PaletteEntries
from editor.adding.operations import operation_entries
from editor.adding.preferences import Preferences
from editor.adding.typed import typed_entries
from editor.body_stack import BodyStack
from editor.canvas.view import GraphView
from editor.docks import Docks
from editor.document import Document
from editor.edit_actions import EditActions
from editor.features.all import Features
from editor.features.feature import Workbench
from editor.files.actions import FileActions
from editor.files.disk_notices import DiskNotices
from editor.files.drops import FileDrops
from editor.files.notice_bar import NoticeBar
from editor.files.watch import FileWatch, is_read_only
from editor.menus import Menus
from editor.node_adder import NodeAdder
from editor.panels.ask_panel import AskPanel
from editor.panels.inspector import Inspector
from editor.panels.palette import Palette
from editor.panels.palette_popup import PalettePopup
from editor.panels.plot_panel import PlotPanel
from editor.panels.problems_panel import ProblemsPanel
from editor.panels.values_table import ValuesTable
from editor.recovery.keeper import JournalKeeper
from editor.recovery.places import state_folder
from editor.reduced_motion import system_reduces_motion
from editor.run.controller import RunController, RunState
from editor.settings import Settings
from editor.status import StatusBar
from editor.theme import ThemeManager
from editor.transport import Transport
from editor.view_actions import ViewActions
from editor.welcome.host import WelcomeHost
from editor.window_menu import WindowMenu
from editor.windows import DocumentWindow, Windows
from engine.formats.graph_file import model_from_bytes
from engine.formats.journal import Recovered
from engine.graph import NodeKind, Problem, Severity

#: Grows when docks are added or renamed, so that an older stored layout is not misread.
LAYOUT_VERSION = 6


class MainWindow(DocumentWindow):
    """One document: its canvas, its panels, its training."""

    def __init__(self, settings: Settings, windows: Windows) -> None:
        super().__init__()
        self.settings = settings
        self.windows = windows
        self._may_go = False
        self.document = Document(self)
        self.controller = RunController(self.document, self)
        self.canvas = GraphView(self.document, ThemeManager.instance(), self)
        self.entries = PaletteEntries(self)
        self.entries.add_source(operation_entries)
        self.entries.add_reader(typed_entries)
        self.preferences = Preferences(settings, self)
        self.popup = PalettePopup(self.entries, self.preferences, self)
        self.adder = NodeAdder(self.document, self.canvas, self.popup, self.entries, self.preferences)
        self.bodies = BodyStack(self.canvas, self.document, self)
        self.middle = QSplitter(Qt.Orientation.Vertical, self)
        self.middle.setChildrenCollapsible(False)
        self.middle.addWidget(self.bodies)
        self.notice = NoticeBar(self)
        center = QWidget(self)
        stacked = QVBoxLayout(center)
        stacked.setContentsMargins(0, 0, 0, 0)
        stacked.setSpacing(0)
        stacked.addWidget(self.notice)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(self.middle)
        stacked.addWidget(self.pages, 1)
        self.setCentralWidget(center)
        self.setDockNestingEnabled(True)
        self.status = StatusBar(self.document, self.controller, self)
        self.setStatusBar(self.status)
        self._make_docks()
        self.watch = FileWatch(self.document, self)
        self.files = FileActions(
            self.document, self.controller, settings, self, windows, self.watch, self._document_opened
        )
        DiskNotices(self, self.watch, self.files, self.notice, self.features.comparing.compare_with_saved)
        self.window_menu = WindowMenu(self, windows)
        self.journal = JournalKeeper(self.document, state_folder(), self)
        self.welcome = WelcomeHost(self, self.pages, self.bodies, self.files)
        self.drops = FileDrops(self, self.canvas, self.files.open_or_explain)
        self.transport = Transport(self.document, self.controller, self.features.stepping.steps, self)
        self.edit = EditActions(self.document, self.bodies, self.adder, self.inspector, self.docks, self.status, self)
        self.view = ViewActions(self.bodies, settings, self)
        self.menus = Menus(self)
        self._connect()
        self._restore_layout()
        self._show_title()

    # --- building ------------------------------------------------------------------------------------------------

    def _make_docks(self) -> None:
        self.palette_panel = Palette(self.entries, self.preferences, self)
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
            self,
            self.document,
            self.controller,
            self.canvas,
            self.middle,
            self.docks,
            self.status,
            self.settings,
            self.entries,
        )
        self.features = Features(bench)
        self.plot.follow_series(self.features.plotting.curves, self.features.plotting.past)
        for feature in self.features.all:
            feature.problem_found.connect(self._show_problem)
            for panel in feature.panels:
                self.docks.add(panel.name, panel.title, panel.icon, panel.widget, panel.area)
        self.docks.arrange()

    def _connect(self) -> None:
        document, canvas = self.document, self.canvas
        document.location_changed.connect(self._show_title)
        document.undo_stack.cleanChanged.connect(self._show_title)
        canvas.selection_changed.connect(self._selection_changed)
        canvas.palette_wanted.connect(self.adder.open_at)
        canvas.refused.connect(self._show_refusal)
        self.palette_panel.chosen.connect(self.adder.add_in_view)
        self.inspector.named.connect(canvas.setFocus)
        self.features.outlining.inspector_wanted.connect(self.edit.rename.trigger)
        self.inspector.node_wanted.connect(canvas.reveal)
        self.inspector.repair_wanted.connect(self.features.wiring.repair_node)
        self.bodies.refused.connect(self.status.show_refusal)
        self.journal.failed.connect(self.status.show_refusal)
        self.drops.refused.connect(self.status.show_refusal)
        self.transport.epochs.lineEdit().returnPressed.connect(canvas.setFocus)
        self.problems.activated.connect(canvas.reveal_problem)
        self.problems.activated.connect(self.features.wiring.mend)
        self.status.problems_clicked.connect(self._open_problems)
        self.controller.values_changed.connect(canvas.set_values)
        self.controller.failed.connect(self._show_failure)
        self.controller.state_changed.connect(self._follow_run)
        is_reduced = self.settings.reduced_motion
        self.bodies.set_motion_reduced(system_reduces_motion() if is_reduced is None else is_reduced)
        self.controller.went_stale.connect(self._follow_edit)
        canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        # What the pointer is on has been selected by the press.
        canvas.customContextMenuRequested.connect(self._show_context_menu)
        self._selection_changed([])

    def _show_context_menu(self, at: QPoint) -> None:
        menu = self.menus.node_menu if self.canvas.lone_wire() is None else self.menus.wire_menu
        menu.popup(self.canvas.viewport().mapToGlobal(at))

    # --- documents -----------------------------------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Opens a file. Raises EngineError or OSError, with nothing changed, when it cannot be read."""
        self.files.open_path(path)

    def show_recovered(self, found: Recovered) -> None:
        """Shows what a journal holds, not saved yet. Raises EngineError, with nothing changed."""
        path = Path(found.header.path) if found.header.path else None
        assert found.data is not None
        model = model_from_bytes(found.data, self.tr("The recovery journal"))
        self.document.recover(model, path)
        self.journal.take_over(found)
        self._document_opened()

    def _document_opened(self) -> None:
        self.canvas.fit()
        self._selection_changed([])

    def _show_title(self) -> None:
        path = self.document.path
        title = self.document.title
        if path is not None and is_read_only(path):
            title = self.tr("{title} (read-only)").format(title=title)
        self.setWindowTitle(f"{title}[*] – Chainrule")
        self.setWindowFilePath(str(path or ""))
        self.setWindowModified(not self.document.is_clean)

    # --- editing -------------------------------------------------------------------------------------------------

    def _selection_changed(self, names: list[str]) -> None:
        scope = self.canvas.selected_scope()
        if scope is None:
            self.inspector.show_nodes(names)
        else:
            self.inspector.show_block(scope)

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

    def open_ask(self) -> None:
        self.docks.bring("ask")
        chosen = [n for n in self.canvas.selected_nodes() if self.document.operation(n).kind is not NodeKind.OPTIMIZER]
        for name in chosen:
            self.ask.choose(name)
        first = next(iter(self.ask.feeds.values()), None)
        (self.ask.combo if first is None else first.edit).setFocus()

    def show_shortcuts(self) -> None:
        from editor.commanding.keys_dialog import KeysDialog

        KeysDialog(self.menus.keys, self.windows.apply_keys, self).exec()

    def show_settings(self) -> None:
        """Opens the settings."""
        from editor.settings_dialog import SettingsDialog
        from editor.window_settings import sections_of

        SettingsDialog(sections_of(self), self).exec()

    def apply_keys(self) -> None:
        self.menus.keys.apply()

    def show_about(self) -> None:
        from editor.dialogs import show_about

        show_about(self)

    # --- the window itself ---------------------------------------------------------------------------------------

    def _restore_layout(self) -> None:
        screen = self.screen().availableGeometry()
        # The frame around the window comes on top of its size.
        self.resize(min(1600, screen.width() - 40), min(1000, screen.height() - 60))
        geometry, state = self.settings.window_geometry, self.settings.window_state
        if geometry is not None:
            self.restoreGeometry(geometry)
        if state is None or not self.restoreState(state, LAYOUT_VERSION):
            QTimer.singleShot(0, self, self.docks.set_sizes)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # Not every file system tells of what other programs do.
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.watch.check()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that no panel needs goes back to the canvas and its keys."""
        if event.key() == Qt.Key.Key_Escape:
            self.canvas.setFocus()
        else:
            super().keyPressEvent(event)

    def may_close(self) -> bool:
        """Whether the document may go; asks when it has unsaved changes."""
        return self.files.may_close()

    def close_without_asking(self) -> None:
        """Closes the window of a document that may go."""
        self._may_go = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_go and not self.may_close():
            event.ignore()
            return
        self.settings.window_geometry = self.saveGeometry()
        self.settings.window_state = self.saveState(LAYOUT_VERSION)
        self.journal.end()
        self.shut_down()
        self.windows.leave(self)
        event.accept()

    def shut_down(self) -> None:
        """Ends the training process."""
        self.controller.stop()
