"""What this program is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QMenu,
    QMenuBar,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)


class ShortcutsDialog(QDialog):
    """Every action that has a shortcut, and the keys and gestures of the canvas."""

    def __init__(self, menus: QMenuBar, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        rows = [*_menu_shortcuts(menus.actions(), ""), *self._canvas_rows()]
        self.table = QTableWidget(len(rows), 2, self)
        self.table.setHorizontalHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        for row, (name, keys) in enumerate(rows):
            self.table.setItem(row, 0, QTableWidgetItem(name))
            self.table.setItem(row, 1, QTableWidgetItem(keys))
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(buttons)
        self.resize(520, 560)

    def _canvas_rows(self) -> list[tuple[str, str]]:
        tr = self.tr
        return [
            (tr("Canvas: add a node at the pointer"), tr("Tab or double-click")),
            (tr("Canvas: wire from the selected node"), "C"),
            (tr("Canvas: while wiring, what a repair would make fit"), "R"),
            (tr("Canvas: cut wires"), tr("Ctrl and drag with the right button")),
            (tr("Canvas: put a node into a wire"), tr("Drag it onto the wire")),
            (tr("Canvas: add, move or take away a point of a wire"), tr("Alt and click or drag on the wire")),
            (tr("Canvas: move the selection"), tr("Arrow keys")),
            (tr("Canvas: cancel what the mouse is doing"), tr("Esc")),
            (tr("Canvas: move the view"), tr("Middle button, or Space and drag")),
            (tr("Canvas: zoom"), tr("Mouse wheel")),
        ]


def _menu_shortcuts(actions: list[QAction], place: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for action in actions:
        name = action.text().replace("&", "").rstrip("…")
        menu = action.menu()
        if isinstance(menu, QMenu):
            rows += _menu_shortcuts(menu.actions(), f"{name}: ")
        elif action.shortcuts():
            native = QKeySequence.SequenceFormat.NativeText
            keys = ", ".join(sequence.toString(native) for sequence in action.shortcuts())
            rows.append((f"{place}{name}", keys))
    return rows
from PySide6.QtWidgets import QMessageBox, QWidget


def show_about(parent: QWidget) -> None:
    """What this program is, its version and licence."""
    try:
        number = version("chainrule")
    except PackageNotFoundError:
        number = "0.1.0"
    box = QMessageBox(parent)
    box.setWindowTitle(QCoreApplication.translate("About", "About Chainrule"))
    box.setIconPixmap(parent.windowIcon().pixmap(64, 64))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Chainrule {number}")
    box.setInformativeText(
        QCoreApplication.translate(
            "About",
            "See what a neural network computes: build a computational graph, run it, differentiate it, train it, "
            "step by step.\n\nMIT licence.",
        )
    )
    box.exec()
