"""Values for a placeholder from the columns of a CSV file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor.document import Document
from editor.panels.fields import RefusalLabel
from editor.panels.file_chooser import FileChooser
from editor.theme import SPACE_S, set_style
from engine.graph import DataError
from engine.model import CsvColumns, DataSource
from engine.training.csv_file import CsvDescription, describe_csv
from engine.training.paths import relative_path, resolve_path

_ROW_HEIGHT = 24
_COLUMN_ROWS = 6
_PREVIEW_ROWS = 5


class CsvDataEditor(QWidget):
    """A file, its columns to tick, and its first rows."""

    offered = Signal(object)
    """The CsvColumns that are wanted now."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._source = CsvColumns("", ())
        self._description: CsvDescription | None = None
        self.chooser = FileChooser(
            self.tr("Choose a CSV file"), self.tr("CSV files (*.csv *.tsv *.txt);;All files (*)"), self
        )
        self.refusal = RefusalLabel(self)
        self.details = QWidget(self)
        self.columns = QListWidget(self)
        self.columns.setAccessibleName(self.tr("Columns"))
        self.columns.setToolTip(self.tr("The columns that are fed: one gives a vector, several a matrix."))
        # A bar for a long name would cover the last row; the name is whole on hover.
        self.columns.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_style(self.columns, framed=True)
        self.as_matrix = QCheckBox(self.tr("As a matrix"), self)
        self.as_matrix.setToolTip(self.tr("Gives one column the shape [rows, 1] instead of [rows]."))
        self.rows = QLabel(self)
        set_style(self.rows, role="muted")
        self.preview = QTableWidget(self)
        self.preview.setAccessibleName(self.tr("First rows"))
        self.preview.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.preview.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.preview.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.preview.setShowGrid(False)
        self.preview.verticalHeader().hide()
        self.preview.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        set_style(self.preview, framed=True)

        details = QVBoxLayout(self.details)
        details.setContentsMargins(0, 0, 0, 0)
        details.setSpacing(SPACE_S)
        details.addWidget(self.columns)
        details.addWidget(self.as_matrix)
        details.addWidget(self.rows)
        details.addWidget(self.preview)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.chooser)
        layout.addWidget(self.refusal)
        layout.addWidget(self.details)
        self.chooser.chosen.connect(self.take_file)
        self.columns.itemChanged.connect(self._offer)
        self.as_matrix.clicked.connect(self._offer)
        self.show_source(None)

    def show_source(self, source: DataSource | None) -> None:
        """Shows the file and columns of the document; an empty form for data of another kind."""
        shown = source if isinstance(source, CsvColumns) else CsvColumns("", ())
        if shown.path != self._source.path or self._description is None:
            self._read(shown.path)
        self._source = shown
        self.chooser.show_path(shown.path, self._document.folder)
        self.as_matrix.setChecked(shown.as_matrix)
        self.columns.blockSignals(True)
        for row in range(self.columns.count()):
            item = self.columns.item(row)
            item.setCheckState(Qt.CheckState.Checked if item.text() in shown.columns else Qt.CheckState.Unchecked)
        self.columns.blockSignals(False)
        self._update_as_matrix()

    def take_file(self, path: str) -> None:
        """Offers a file with its first column; a file that cannot be read is refused in place."""
        shown = relative_path(Path(path), self._document.folder)
        if self._read(shown) and self._description is not None:
            self._source = CsvColumns(shown, self._description.columns[:1])
            self.show_source(self._source)
            self.offered.emit(self._source)

    def _read(self, path: str) -> bool:
        self.refusal.say("")
        self._description = None
        if path:
            try:
                self._description = describe_csv(resolve_path(path, self._document.folder), _PREVIEW_ROWS)
            except DataError as error:
                self.refusal.say(error.message)
            except OSError as error:
                self.refusal.say(
                    self.tr("{path} could not be read: {reason}.").format(path=path, reason=error.strerror)
                )
        self.details.setVisible(self._description is not None)
        if self._description is not None:
            self._fill(self._description)
        return self._description is not None

    def _fill(self, description: CsvDescription) -> None:
        self.columns.blockSignals(True)
        self.columns.clear()
        for name in description.columns:
            item = QListWidgetItem(name, self.columns)
            item.setToolTip(name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.columns.blockSignals(False)
        self.columns.setFixedHeight(min(len(description.columns), _COLUMN_ROWS) * 28 + 4)
        count = description.row_count
        self.rows.setText(self.tr("1 row") if count == 1 else self.tr("{count} rows").format(count=count))
        self.preview.setColumnCount(len(description.columns))
        self.preview.setHorizontalHeaderLabels(list(description.columns))
        self.preview.setRowCount(len(description.first_rows))
        for row, cells in enumerate(description.first_rows):
            for column, cell in enumerate(cells[: len(description.columns)]):
                self.preview.setItem(row, column, QTableWidgetItem(cell))
        self.preview.resizeColumnsToContents()
        bars = self.preview.horizontalScrollBar().sizeHint().height()
        self.preview.setFixedHeight((len(description.first_rows) + 1) * _ROW_HEIGHT + 8 + bars)

    def _chosen_columns(self) -> tuple[str, ...]:
        items = [self.columns.item(row) for row in range(self.columns.count())]
        return tuple(item.text() for item in items if item.checkState() is Qt.CheckState.Checked)

    def _offer(self) -> None:
        columns = self._chosen_columns()
        self._update_as_matrix()
        if not columns:
            self.refusal.say(self.tr("Tick at least one column."))
            return
        self.refusal.say("")
        self._source = CsvColumns(self._source.path, columns, self.as_matrix.isChecked())
        self.offered.emit(self._source)

    def _update_as_matrix(self) -> None:
        self.as_matrix.setEnabled(len(self._chosen_columns()) == 1)
