"""Editing a frame's title or a note's text in its place on the canvas."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGraphicsView, QLineEdit, QPlainTextEdit, QWidget

from editor.canvas.area_item import AreaItem
from editor.canvas.geometry import FRAME_TITLE, snapped
from editor.commands import ChangeAreas
from editor.document import Document
from engine.model import Frame, Note

#: The size of a new note.
NOTE_WIDTH, NOTE_HEIGHT = 240.0, 120.0
#: The smallest field on the screen in which one can type, in pixels.
_LEAST_LINE = (160, 28)
_LEAST_TEXT = (220, 96)


class AreaEditor(QObject):
    """Opens one field over the canvas. What was typed is one undo step as it closes.

    A title ends with Enter, a note with Esc or Ctrl+Enter, both when the focus goes elsewhere; Esc leaves a title as
    it was. A new note in which nothing was typed is none.
    """

    def __init__(self, view: QGraphicsView, document: Document) -> None:
        super().__init__(view)
        self._view = view
        self._document = document
        self._area: Frame | Note | None = None
        self._is_new = False
        self.line = QLineEdit(view)
        self.line.setPlaceholderText(self.tr("Title of the frame"))
        self.line.setAccessibleName(self.tr("Title of the frame"))
        self.text = QPlainTextEdit(view)
        self.text.setPlaceholderText(self.tr("A note, in Markdown. Esc ends."))
        self.text.setAccessibleName(self.tr("Text of the note, in Markdown"))
        self.text.setTabChangesFocus(True)
        for field in (self.line, self.text):
            field.hide()
            field.installEventFilter(self)
        document.undo_stack.indexChanged.connect(self.cancel)
        document.replaced.connect(self.cancel)

    @property
    def is_open(self) -> bool:
        return self._area is not None

    def open(self, item: AreaItem) -> None:
        """Lets the person type what a frame or a note says."""
        if not self._document.may_change:
            return
        self.finish()
        self._area, self._is_new = item.area, False
        if isinstance(item.area, Note):
            self._show_note(item.area)
            return
        self.line.setText(item.area.title)
        self.line.selectAll()
        self._show(self.line, QRectF(item.area.left, item.area.top, item.area.width, FRAME_TITLE), _LEAST_LINE)

    def open_new_note(self, corner: QPointF) -> None:
        """Lets the person type a note that is not there yet."""
        self.finish()
        place = snapped(corner)
        self._area, self._is_new = Note(place.x(), place.y(), NOTE_WIDTH, NOTE_HEIGHT), True
        self._show_note(self._area)

    def _show_note(self, note: Note) -> None:
        self.text.setPlainText(note.text)
        self.text.selectAll()
        self._show(self.text, QRectF(note.left, note.top, note.width, note.height), _LEAST_TEXT)

    def _show(self, field: QWidget, box: QRectF, least: tuple[int, int]) -> None:
        area = self._view.viewportTransform().mapRect(box).toAlignedRect()
        area.setSize(area.size().expandedTo(field.minimumSizeHint()))
        area.setWidth(max(area.width(), least[0]))
        area.setHeight(max(area.height(), least[1]))
        field.setGeometry(area)
        field.show()
        field.raise_()  # Over what else lies on the canvas.
        field.setFocus()

    def finish(self) -> None:
        """Takes over what was typed."""
        area, is_new = self._area, self._is_new
        self._close()
        document = self._document
        if isinstance(area, Frame):
            named = replace(area, title=self.line.text().strip())
            document.do(ChangeAreas(document, self.tr("Rename a frame"), [(area, named)]))
        elif isinstance(area, Note):
            written = replace(area, text=self.text.toPlainText())
            if not is_new:
                document.do(ChangeAreas(document, self.tr("Edit a note"), [(area, written)]))
            elif written.text.strip():
                document.do(ChangeAreas(document, self.tr("Add a note"), [(None, written)]))

    def cancel(self, *_: object) -> None:
        """Closes the field; nothing is changed."""
        self._close()

    def _close(self) -> None:
        had_focus = self.line.hasFocus() or self.text.hasFocus()
        self._area = None
        self.line.hide()
        self.text.hide()
        if had_focus:
            self._view.setFocus()

    def eventFilter(self, field: QObject, event: QEvent) -> bool:
        if not self.is_open:
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.finish()
            return False
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape and field is self.line:
            self.cancel()
        elif (
            event.key() == Qt.Key.Key_Escape
            or (is_enter and field is self.line)
            or (is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        ):
            self.finish()
        else:
            return False
        return True
