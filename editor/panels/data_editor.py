"""Where a placeholder's values come from."""

from __future__ import annotations

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QWidget

from editor.document import Document
from editor.panels.csv_data import CsvDataEditor
from editor.panels.fields import RefusalLabel
from editor.panels.numpy_data import NumpyDataEditor
from editor.panels.section import Section, add_form_row, form_layout, narrow_combo
from editor.panels.typed_data import TypedDataEditor
from engine.model import CsvColumns, DataSource, NumpyArray, TypedValues


class DataEditor(Section):
    """Choose the kind of source, then the values, the columns or the array; each choice is one undo step."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.heading.setText(self.tr("Data"))
        self._document = document
        self._name = name
        self.kind = _KindCombo(self)
        narrow_combo(self.kind)
        form = form_layout()
        add_form_row(
            form, self.tr("Source"), self.kind, self.tr("Where the values come from that training feeds to the node.")
        )
        self.typed = TypedDataEditor(document, name, self)
        self.csv = CsvDataEditor(document, self)
        self.numpy = NumpyDataEditor(document, self)
        self.refusal = RefusalLabel(self)
        self.body.addLayout(form)
        self._editors: dict[type, TypedDataEditor | CsvDataEditor | NumpyDataEditor] = {
            TypedValues: self.typed,
            CsvColumns: self.csv,
            NumpyArray: self.numpy,
        }
        self.kind.addItem(self.tr("None"), type(None))
        self.kind.addItem(self.tr("Typed values"), TypedValues)
        self.kind.addItem(self.tr("CSV file"), CsvColumns)
        self.kind.addItem(self.tr("NumPy file"), NumpyArray)
        for editor in self._editors.values():
            self.body.addWidget(editor)
            editor.offered.connect(self._offer)
        self.body.addWidget(self.refusal)
        self.kind.activated.connect(self._choose_kind)
        self._show_kind(type(self._source()))
        self.refresh()

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = self.typed.name = name

    def refresh(self) -> None:
        """Shows the source as it is now. A kind chosen just now, without values yet, stays chosen."""
        source = self._source()
        for editor in self._editors.values():
            editor.show_source(source)
        if source is not None:
            self._show_kind(type(source))

    def _source(self) -> DataSource | None:
        return self._document.model.data.get(self._name)

    def _show_kind(self, kind: type) -> None:
        self.kind.setCurrentIndex(self.kind.findData(kind))
        for editor_kind, editor in self._editors.items():
            editor.setVisible(editor_kind is kind)

    def _choose_kind(self, row: int) -> None:
        kind = self.kind.itemData(row)
        self._show_kind(kind)
        if kind is type(None) and self._source() is not None:
            self._offer(None)
        elif kind is TypedValues and not self.kind.is_stepping:
            self.typed.text.setFocus()

    def _offer(self, source: DataSource | None) -> None:
        verdict = self._document.set_data(self._name, source)
        self.refusal.say("" if verdict else verdict.reason)


class _KindCombo(QComboBox):
    """Tells a choice from its list from a step with the arrow keys, after which the next one may follow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.is_stepping = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.is_stepping = True
        super().keyPressEvent(event)
        self.is_stepping = False
