"""Files that are dropped on the window: what is done with each is looked up by its ending."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent

from editor.canvas.view import GraphView
from editor.document import Document
from editor.errors import sentence_of
from editor.files.dropped_data import DATA_SUFFIXES, take_data
from editor.windows import DocumentWindow
from engine.graph import EngineError

#: Does with a file what dropping it means; the point is where, on the screen. Raises EngineError or OSError.
Opener = Callable[[Path, QPoint], object]

_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class FileDrops(QObject):
    """Takes what no part of the window has taken. :attr:`openers` can be given further endings."""

    #: A sentence: why a file was not taken.
    refused = Signal(str)

    def __init__(self, window: DocumentWindow, canvas: GraphView, open_file: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._document: Document = window.document
        self._canvas = canvas
        #: By the ending of the file, in small letters.
        self.openers: dict[str, Opener] = {
            ".graph": lambda path, place: open_file(path),
            ".png": lambda path, place: open_file(path),
        } | dict.fromkeys(DATA_SUFFIXES, self._take_data)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _DRAGS:
            return False
        drag = cast(QDropEvent, event)
        paths = _files_in(drag.mimeData())
        if not paths:
            return False
        drag.setDropAction(Qt.DropAction.CopyAction)
        drag.accept()
        if event.type() is QEvent.Type.Drop:
            window = cast(DocumentWindow, watched)
            place = window.mapToGlobal(drag.position().toPoint())
            # The program that the files come from waits for the drop to end, and there may be questions.
            QTimer.singleShot(0, self, partial(self.take, paths, place))
        return True

    def take(self, paths: list[Path], place: QPoint) -> None:
        """Does with each file what dropping it at a point of the screen means."""
        for path in paths:
            opener = self.openers.get(path.suffix.lower())
            try:
                if opener is None or not path.is_file():
                    known = ", ".join(sorted(self.openers))
                    sentence = self.tr("{name} cannot be opened here; drop files that end in {known}.")
                    self.refused.emit(sentence.format(name=path.name, known=known))
                else:
                    opener(path, place)
            except (EngineError, OSError) as error:
                self.refused.emit(sentence_of(error, path))

    def _take_data(self, path: Path, place: QPoint) -> None:
        viewport = self._canvas.viewport()
        point = viewport.mapFromGlobal(place)
        if viewport.isVisible() and viewport.rect().contains(point):
            take_data(path, self._document, self._canvas, self._canvas.mapToScene(point))
        else:
            sentence = self.tr("{name} holds data; drop it on the canvas, or on the placeholder that it is for.")
            self.refused.emit(sentence.format(name=path.name))


def _files_in(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
