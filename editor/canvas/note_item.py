"""A note on the canvas: a card with a text in Markdown."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QDesktopServices,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from editor.canvas.area_item import AreaItem, area_color
from editor.canvas.geometry import BAR_WIDTH, FAINT_ZOOM, PADDING, canvas_font
from editor.theme import RADIUS, TEXT_BODY, TEXT_HEADING, TEXT_TITLE, Theme, current_theme, mix
from engine.model import Frame, Note

#: The sizes of headings, the first level first; deeper ones are as large as the text.
_HEADINGS = (TEXT_TITLE, TEXT_HEADING)
_INDENT = 20
_PARAGRAPH_GAP = 8
#: Markdown without HTML.
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
#: The kinds of links that are opened.
_SCHEMES = ("http", "https")


class NoteText(QTextDocument):
    """Markdown that is laid out. Nothing is loaded for it: no picture, no file, no style sheet."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return None

    def show_markdown(self, text: str) -> None:
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setIndentWidth(_INDENT)
        self.setDefaultFont(canvas_font())
        self.setMarkdown(text, _FEATURES)
        block = self.begin()
        while block.isValid():
            cursor = QTextCursor(block)
            spacing = block.blockFormat()
            level = spacing.headingLevel()
            if block.textList() is None:
                spacing.setBottomMargin(_PARAGRAPH_GAP)
                cursor.setBlockFormat(spacing)
            if level:
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                format = cursor.charFormat()
                format.clearProperty(QTextFormat.Property.FontSizeAdjustment)
                size = _HEADINGS[level - 1] if level <= len(_HEADINGS) else TEXT_BODY
                format.setProperty(QTextFormat.Property.FontPixelSize, size)
                cursor.setCharFormat(format)
            block = block.next()


class NoteItem(AreaItem):
    """Shows a note; what does not fit into the card is cut off."""

    def __init__(self, note: Note) -> None:
        super().__init__(note)
        self._text = NoteText()
        self._shown: str | None = None
        self._lay_out()

    def show_area(self, area: Frame | Note) -> None:
        super().show_area(area)
        self._lay_out()

    def set_box(self, box: QRectF) -> None:
        super().set_box(box)
        self._lay_out()

    def _lay_out(self) -> None:
        assert isinstance(self.area, Note)
        if self.area.text != self._shown:
            self._shown = self.area.text
            self._text.show_markdown(self._shown)
        width = self._room.width()
        if self._text.textWidth() != width:
            self._text.setTextWidth(width)

    @property
    def _room(self) -> QRectF:
        """Where the text is, in the item's coordinates."""
        return self.size.adjusted(PADDING + BAR_WIDTH, PADDING, -PADDING, -PADDING)

    @property
    def plain_text(self) -> str:
        """What can be read, without the marks of Markdown."""
        return self._text.toPlainText()

    def link_at(self, point: QPointF) -> str:
        """The link at a point of the scene; "" where there is none."""
        room = self._room
        place = point - self.pos()
        return self._text.documentLayout().anchorAt(place - room.topLeft()) if room.contains(place) else ""

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        theme = current_theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QPainterPath()
        card.addRoundedRect(self.size, RADIUS, RADIUS)
        bar = QPainterPath()
        bar.addRect(QRectF(0, 0, BAR_WIDTH, self.size.height()))
        color = area_color(self.area.color, theme)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(note_ground(self.area.color, theme))
        painter.drawPath(card)
        painter.setBrush(color)
        painter.drawPath(card.intersected(bar))
        edge = theme.accent if self.isSelected() else theme.outline if self.is_hovered else theme.line
        painter.setPen(QPen(edge, 2.0 if self.isSelected() else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(card)
        if QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform()) >= FAINT_ZOOM:
            self._paint_text(painter, theme)

    def _paint_text(self, painter: QPainter, theme: Theme) -> None:
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, theme.text)
        context.palette.setColor(QPalette.ColorRole.Link, theme.accent)
        room = self._room
        painter.save()
        painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
        painter.translate(room.topLeft())
        self._text.documentLayout().draw(painter, context)
        painter.restore()


def note_ground(color: str, theme: Theme) -> QColor:
    """Behind a note's text."""
    return mix(theme.surface, area_color(color, theme), 0.10 if color else 0.0)


def open_link(link: str) -> bool:
    """Opens a link in the browser, if it leads into the web; returns whether it did."""
    url = QUrl(link)
    return url.scheme().lower() in _SCHEMES and QDesktopServices.openUrl(url)
