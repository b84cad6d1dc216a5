"""Making a wire without a pointer: a port of the node, and a list of the ports that fit it."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor.document import Document
from editor.outline.connections import (
    Candidate,
    End,
    candidates_from,
    candidates_into,
    inputs_of,
    outputs_of,
    verdict_on,
)
from editor.panels.fields import RefusalLabel
from editor.panels.search_field import SearchField
from editor.theme import SPACE_L, SPACE_S, set_style
from engine.graph import Verdict

_ROLE = Qt.ItemDataRole.UserRole
#: How long ports are looked at before keys are answered again, in seconds.
_SLICE = 0.006
_SIZE = (420, 460)


class ConnectDialog(QDialog):
    """Choose where the wire is at the node, then where it leads or comes from; Enter makes it."""

    def __init__(self, document: Document, node: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._node = node
        self.setWindowTitle(self.tr("Connect {node}").format(node=node))
        self.port = QComboBox(self)
        self.port.setAccessibleName(self.tr("Port of {node}").format(node=node))
        outputs = outputs_of(document, node)
        for name in outputs:
            text = self.tr("from its output {port} to…") if len(outputs) > 1 else self.tr("from its output to…")
            self.port.addItem(text.format(port=name), (False, name))
        for name in inputs_of(document, node):
            self.port.addItem(self.tr("into its input {port} from…").format(port=name), (True, name))
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Ports"))
        self.list.setUniformItemSizes(True)
        self.search = SearchField(self.list, self.tr("Search nodes and ports"), self, escape_clears=False)
        self.only_fitting = QCheckBox(self.tr("Only what &fits"), self)
        self.only_fitting.setChecked(True)
        self.note = QLabel(self)
        set_style(self.note, role="muted")
        self.refusal = RefusalLabel(self)
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Cancel, self)
        self.connect_button = self.buttons.addButton(self.tr("Connect"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.connect_button.setDefault(True)
        set_style(self.connect_button, primary=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_S)
        for widget in (self.port, self.search, self.list, self.note, self.refusal, self.only_fitting, self.buttons):
            layout.addWidget(widget)
        layout.setStretch(2, 1)
        self.resize(*_SIZE)
        self._waiting: list[Candidate] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._look_at_some)
        self.port.currentIndexChanged.connect(self._begin)
        self.only_fitting.toggled.connect(self._begin)
        self.search.textChanged.connect(self._begin)
        self.search.confirmed.connect(self._accept_current)
        self.list.itemActivated.connect(lambda item: self._accept_current())
        self.list.currentItemChanged.connect(lambda item, _: self._say_why_not(item))
        self.buttons.accepted.connect(self._accept_current)
        self.buttons.rejected.connect(self.reject)
        self._begin()
        self.search.setFocus()

    # --- the list ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Looks for the ports anew."""
        self.list.clear()
        self.refusal.say("")
        words = self.search.text().lower().split()
        chosen = self.port.currentData()
        if chosen is None:
            self._note(self.tr("{node} has no ports.").format(node=self._node))
            return
        is_input, port = chosen
        end = End(self._node, port)
        found = candidates_into(self._document, end) if is_input else candidates_from(self._document, end)
        self._waiting = [each for each in found if all(word in each.text.lower() for word in words)]
        self._note(self.tr("Looking for ports…"))
        self._timer.start()

    def _look_at_some(self) -> None:
        end = time.perf_counter() + _SLICE
        while self._waiting and time.perf_counter() < end:
            candidate = self._waiting.pop(0)
            fits = bool(verdict_on(self._document, candidate))
            if fits or not self.only_fitting.isChecked():
                item = QListWidgetItem(candidate.text)
                item.setData(_ROLE, candidate)
                if not fits:
                    item.setForeground(self.palette().placeholderText())
                    item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, self.tr("does not fit"))
                self.list.addItem(item)
        if self.list.currentRow() < 0 and self.list.count():
            self.list.setCurrentRow(0)
        if not self._waiting:
            self._timer.stop()
            self._note("" if self.list.count() else self.tr("No port fits."))

    def _note(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _say_why_not(self, item: QListWidgetItem | None) -> None:
        self.refusal.say("" if item is None else verdict_on(self._document, item.data(_ROLE)).reason)

    # --- the answer ----------------------------------------------------------------------------------------------

    def _accept_current(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        candidate: Candidate = item.data(_ROLE)
        verdict: Verdict = self._document.connect(*candidate.source, *candidate.target)
        if verdict:
            self.accept()
        else:
            self.refusal.say(verdict.reason)
