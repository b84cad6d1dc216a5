"""Values for a placeholder from a NumPy file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from editor.document import Document
from editor.panels.fields import RefusalLabel
from editor.panels.figures import shape_text
from editor.panels.file_chooser import FileChooser
from editor.panels.section import narrow_combo
from editor.theme import SPACE_S, set_style
from engine.graph import DataError, TensorShape
from engine.model import DataSource, NumpyArray
from engine.training.numpy_file import ArrayDescription, describe_numpy
from engine.training.paths import relative_path, resolve_path


class NumpyDataEditor(QWidget):
    """A file and, in an .npz file, which of its arrays."""

    offered = Signal(object)
    """The NumpyArray that is wanted now."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._source = NumpyArray("")
        self._arrays: tuple[ArrayDescription, ...] = ()
        self.chooser = FileChooser(
            self.tr("Choose a NumPy file"), self.tr("NumPy files (*.npy *.npz);;All files (*)"), self
        )
        self.refusal = RefusalLabel(self)
        self.array = QComboBox(self)
        self.array.setAccessibleName(self.tr("Array"))
        self.array.setToolTip(self.tr("The array of the file that is fed."))
        narrow_combo(self.array)
        self.single = QLabel(self)
        set_style(self.single, role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.chooser)
        layout.addWidget(self.refusal)
        layout.addWidget(self.array)
        layout.addWidget(self.single)
        self.chooser.chosen.connect(self.take_file)
        self.array.activated.connect(self._offer)
        self.show_source(None)

    def show_source(self, source: DataSource | None) -> None:
        """Shows the file and array of the document; an empty form for data of another kind."""
        shown = source if isinstance(source, NumpyArray) else NumpyArray("")
        if shown.path != self._source.path or not self._arrays:
            self._read(shown.path)
        self._source = shown
        self.chooser.show_path(shown.path, self._document.folder)
        self.array.setCurrentIndex(self.array.findData(shown.key))

    def take_file(self, path: str) -> None:
        """Offers a file with its first array; a file that cannot be read is refused in place."""
        shown = relative_path(Path(path), self._document.folder)
        if self._read(shown):
            self._source = NumpyArray(shown, self._arrays[0].key)
            self.show_source(self._source)
            self.offered.emit(self._source)

    def _read(self, path: str) -> bool:
        self.refusal.say("")
        self._arrays = ()
        if path:
            try:
                self._arrays = describe_numpy(resolve_path(path, self._document.folder))
            except DataError as error:
                self.refusal.say(error.message)
            except OSError as error:
                self.refusal.say(
                    self.tr("{path} could not be read: {reason}.").format(path=path, reason=error.strerror)
                )
            else:
                if not self._arrays:
                    self.refusal.say(self.tr("{path} holds no arrays; choose another file.").format(path=path))
        self.array.clear()
        for array in self._arrays:
            self.array.addItem(_described(array), array.key)
        # A .npy file has one array without a name: nothing to choose.
        has_names = bool(self._arrays) and self._arrays[0].key != ""
        self.array.setVisible(has_names)
        self.single.setVisible(bool(self._arrays) and not has_names)
        self.single.setText(_described(self._arrays[0]) if self._arrays else "")
        return bool(self._arrays)

    def _offer(self, row: int) -> None:
        self._source = NumpyArray(self._source.path, self.array.itemData(row))
        self.offered.emit(self._source)


def _described(array: ArrayDescription) -> str:
    return f"{array.key}  {shape_text(TensorShape(array.shape))} {array.dtype}".strip()
