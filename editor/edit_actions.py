"""The actions of the Edit menu: undo, clipboard, names, and the order on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QWidget

from editor.actions import ActionText, make_action
from editor.body_stack import BodyStack
from editor.canvas.view import GraphView
from editor.commands.expression import paste_text
from editor.docks import Docks
from editor.document import Document
from editor.icons import bind_icon
from editor.node_adder import NodeAdder
from editor.panels.inspector import Inspector
from editor.status import StatusBar
from engine.graph import EngineError


class EditActions(QObject):
    """What is done to the document, to the selection, or to the canvas that is seen (which may be an entered body)."""

    def __init__(
        self,
        document: Document,
        bodies: BodyStack,
        adder: NodeAdder,
        inspector: Inspector,
        docks: Docks,
        status: StatusBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._bodies = bodies
        self._canvas = bodies.base
        self._inspector = inspector
        self._docks = docks
        self._status = status
        Keys = QKeySequence.StandardKey
        tr, text, stack = self.tr, ActionText, document.undo_stack
        on_canvas = bodies.on_current
        self.undo = stack.createUndoAction(window, tr("&Undo"))
        self.undo.setShortcut(QKeySequence(Keys.Undo))
        self.redo = stack.createRedoAction(window, tr("&Redo"))
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        for action, name, tip in (
            (self.undo, "undo", tr("Takes back the last change.")),
            (self.redo, "redo", tr("Makes the change again that was taken back.")),
        ):
            bind_icon(action, name)
            action.setStatusTip(tip)
            window.addAction(action)
        self.cut = make_action(
            window, text(tr("Cu&t"), tr("Moves the selection to the clipboard.")), self._cut, "cut", Keys.Cut
        )
        self.copy = make_action(
            window, text(tr("&Copy"), tr("Copies the selected nodes to the clipboard.")), self._copy, "copy", Keys.Copy
        )
        self.paste = make_action(
            window,
            text(
                tr("&Paste"), tr("Adds the nodes on the clipboard, or those of an expression such as relu(x @ W + b).")
            ),
            self._paste,
            "paste",
            Keys.Paste,
        )
        self.duplicate = make_action(
            window,
            text(tr("D&uplicate"), tr("Copies the selected nodes beside themselves.")),
            self._duplicate,
            "duplicate",
            "Ctrl+D",
        )
        self.delete = make_action(
            window,
            text(tr("&Delete"), tr("Removes the selected nodes and wires.")),
            self._canvas.delete_selection,
            "delete",
            Keys.Delete,
        )
        # The canvas takes the key itself: pressed in a table it must not delete nodes. The menu only tells of it.
        self.delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.rename = make_action(
            window, text(tr("Re&name"), tr("Types another name for the selected node.")), self._rename, "text", "F2"
        )
        self.select_all = make_action(
            window,
            text(tr("Select &all"), tr("Selects every node.")),
            on_canvas(GraphView.select_all),
            "select_all",
            Keys.SelectAll,
        )
        self.arrange = make_action(
            window,
            text(tr("&Lay out"), tr("Lays out the selected nodes, or all, from left to right without overlaps.")),
            on_canvas(GraphView.arrange),
            "layout",
            "Ctrl+L",
        )
        self.fold = make_action(
            window,
            text(
                tr("&Fold or unfold"),
                tr("Shows the selected block's nodes, or folds them into one block; Enter does it too."),
            ),
            on_canvas(GraphView.toggle_fold),
            "group",
            "Ctrl+G",
        )
        self.fold_all = make_action(
            window,
            text(tr("Fold a&ll blocks"), tr("Shows every name scope as one block.")),
            on_canvas(GraphView.fold_all),
            "group",
        )
        self.unfold_all = make_action(
            window,
            text(tr("&Unfold all blocks"), tr("Shows all nodes.")),
            on_canvas(GraphView.unfold_all),
            "ungroup",
        )
        self.add_node = make_action(
            window,
            text(tr("&Add node…"), tr("Opens the palette at the pointer; Tab does the same on the canvas.")),
            adder.open,
            "plus",
            "Shift+A",
        )
        on_nodes = [self.cut, self.copy, self.duplicate, self.rename, self.delete]
        folding = [self.fold, self.fold_all, self.unfold_all]
        #: As they stand in the Edit menu, in the menus in it, and in that of a node's right click.
        self.menu_groups = [
            [self.undo, self.redo],
            [self.cut, self.copy, self.paste, self.duplicate, self.rename, self.delete],
        ]
        self.block_groups = [folding]
        self.node_groups = [[self.fold, self.arrange], on_nodes]
        document.edited.connect(self.update_enabled)
        document.replaced.connect(self.update_enabled)
        bodies.level_changed.connect(self.update_enabled)
        bodies.selection_changed.connect(self._update_enabled_views)
        self._canvas.selection_changed.connect(self.update_enabled)
        self.update_enabled()

    def update_enabled(self) -> None:
        """Only what can be done now can be chosen."""
        names, areas = self._canvas.selected_nodes(), self._canvas.selected_areas()
        some = bool(names or areas)
        for action in (self.cut, self.copy, self.duplicate):
            action.setEnabled(some)
        is_one_area = len(areas) == 1 and not names
        self.rename.setEnabled(len(names) == 1 or is_one_area or self._canvas.selected_scope() is not None)
        self._update_enabled_views()
        self.delete.setEnabled(some or bool(self._canvas.selected_wires()))
        # What cannot be pasted is told when it is tried: nobody learns from a grey line why it is grey.
        self.paste.setEnabled(self._bodies.current is self._canvas)

    def _update_enabled_views(self) -> None:
        """What looks at the canvas that is seen, which may be an entered body."""
        seen = self._bodies.current
        names = seen.selected_nodes()
        has_bodies = any(seen.document.operation(name).declaration.has_bodies for name in names)
        scopes = seen.graph_scene.blocks.scopes
        in_scope = seen.selected_scope() is not None or any(scopes.scope_of(name) for name in names)
        self.fold.setEnabled(in_scope or has_bodies)
        self.fold_all.setEnabled(bool(scopes.names))
        self.unfold_all.setEnabled(bool(scopes.names))

    def _copy(self) -> None:
        names, areas = self._canvas.selected_nodes(), self._canvas.selected_areas()
        if names or areas:
            QGuiApplication.clipboard().setText(self._document.copy(names, areas))

    def _cut(self) -> None:
        names, areas = self._canvas.selected_nodes(), self._canvas.selected_areas()
        if names or areas:
            QGuiApplication.clipboard().setText(self._document.cut(names, areas))

    def _paste(self) -> None:
        pointer, free = self._canvas.scene_position_at_pointer(), self._canvas.free_place_in_view()
        place = None if pointer is None else (pointer.x(), pointer.y())
        text = QGuiApplication.clipboard().text()
        try:
            command = paste_text(self._document, text, place, (free.x(), free.y()))
        except EngineError as error:
            self._status.show_refusal(str(error))
            return

        def paste() -> list[str]:
            self._document.do(command)
            return command.names

        self._select_copies(paste)
        if command.names:
            self._canvas.bring_all_into_view(command.names)

    def _duplicate(self) -> None:
        names, areas = self._canvas.selected_nodes(), self._canvas.selected_areas()
        self._select_copies(lambda: self._document.duplicate(names, areas))

    def _select_copies(self, make: Callable[[], list[str]]) -> None:
        """Selects the nodes that ``make`` adds and names, and the frames and notes that it adds."""
        model = self._document.model
        frames, notes = len(model.frames), len(model.notes)
        names = make()
        scene = self._canvas.graph_scene
        scene.select_only(names, (), scene.annotations.items_of([*model.frames[frames:], *model.notes[notes:]]))

    def _rename(self) -> None:
        areas = self._canvas.graph_scene.annotations.selected_items()
        if len(areas) == 1 and not self._canvas.selected_nodes():
            self._canvas.area_editor.open(areas[0])
        elif self._inspector.node is not None:
            self._docks.bring("inspector")
            self._inspector.node.header.name_edit.setFocus()
            self._inspector.node.header.name_edit.selectAll()
        elif self._inspector.block is not None:
            self._docks.bring("inspector")
            self._inspector.block.name_edit.setFocus()
            self._inspector.block.name_edit.selectAll()
