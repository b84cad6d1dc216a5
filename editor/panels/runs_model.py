"""The runs of a document as a table model."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap

from editor.panels.figures import number_text
from editor.panels.run_colors import run_color
from editor.run.runs import RunInfo, Runs
from editor.theme import current_theme

Index = QModelIndex | QPersistentModelIndex

NAME, EPOCHS, LOSS, PARENT, CHANGES = range(5)
_SWATCH = 12
_NOTHING = "–"


class RunsModel(QAbstractTableModel):
    """Name with its colour and a tick for the curve, epochs, last loss, which run it left where, what was changed."""

    def __init__(self, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self.rows: list[RunInfo] = []

    def refresh(self) -> None:
        """Shows the runs as they are now."""
        rows = self._runs.all()
        if [run.number for run in rows] != [run.number for run in self.rows]:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, CHANGES))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headers())

    def headers(self) -> list[str]:
        return [self.tr("Run"), self.tr("Epochs"), self.tr("Last loss"), self.tr("From"), self.tr("Changed")]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headers()[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME:
            flags |= Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run, column = self.rows[index.row()], index.column()
        is_present = run.number == self._runs.current
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(run, column, is_present)
        if role == Qt.ItemDataRole.EditRole:
            return run.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(run, is_present)
        if role == Qt.ItemDataRole.FontRole and is_present:
            bold = QFont()
            bold.setBold(True)
            return bold
        if column != NAME:
            return None
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if run.is_shown else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole:
            return _swatch(run_color(run.color, current_theme()))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            self._runs.set_shown(run.number, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole and str(value).strip():
            self._runs.rename(run.number, str(value))
            return True
        return False

    def _text(self, run: RunInfo, column: int, is_present: bool) -> str:
        match column:
            case 0:
                return self.tr("{name} (present)").format(name=run.name) if is_present else run.name
            case 1:
                return f"{_epochs(run):,}"
            case 2:
                return number_text(run.last_loss) if len(run.history) else _NOTHING
            case 3:
                return self._origin(run)
            case _:
                return run.changes or _NOTHING

    def _origin(self, run: RunInfo) -> str:
        parent = None if run.parent is None else self._runs.get(run.parent)
        if run.parent is None:
            return self.tr("initial values")
        name = self.tr("a deleted run") if parent is None else parent.name
        return self.tr("{name}, epoch {epoch}").format(name=name, epoch=f"{run.forked_at:,}")

    def _tooltip(self, run: RunInfo, is_present: bool) -> str:
        if is_present:
            return self.tr("This run is trained and stepped.")
        if run.is_alive:
            return self.tr("Double-click to go on with this run.")
        return self.tr("Its training process has ended: the curve is left, its moments are gone.")


def _epochs(run: RunInfo) -> int:
    """How many epochs are done."""
    epochs = run.history.epochs
    return int(epochs[-1]) + 1 if len(epochs) else run.forked_at


def _swatch(color: QColor) -> QIcon:
    pixmap = QPixmap(_SWATCH * 2, _SWATCH * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRoundedRect(QRectF(0, 4, _SWATCH, 4), 2, 2)
    painter.end()
    icon = QIcon(pixmap)
    # Without a picture of its own, Qt would dye it in selected rows.
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
