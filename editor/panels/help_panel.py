"""The panel in which there is to read about an operation; links lead on, and one can go back."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSizeF, QTimer, QUrl
from PySide6.QtGui import QImage, QPainter, QShowEvent, QTextDocument
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QToolButton, QVBoxLayout, QWidget

from editor.actions import ActionText
from editor.adding.entry import PaletteEntries
from editor.adding.operations import OperationEntry
from editor.document import Document
from editor.help.gradient_section import LINK
from editor.help.page import FORMULA, entry_page, operation_page, style_sheet
from editor.icons import bind_icon
from editor.panels.empty_state import EmptyState
from editor.panels.formulas import plain_formula
from editor.run.typesetting import typeset
from editor.theme import SPACE_M, SPACE_S, TARGET_SIZE, TEXT_HEADING, ThemeManager, current_theme
from engine.graph import OpDeclaration, get_declaration

#: A formula is made no smaller than for this width, in pixels.
_LEAST_WIDTH = 200


class HelpPanel(QWidget):
    """Shows the page of an entry of the palette, or of a node."""

    def __init__(self, document: Document, entries: PaletteEntries, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._entries = entries
        #: The keys of the pages, and which of them is seen.
        self._visited: list[str] = []
        self._place = -1
        #: The node that the page seen is about; "" for none.
        self._node = ""
        self._formula = ""
        # The first formula takes a moment: the page is to be seen before. A thread would not do, as Python may clear
        # away forgotten widgets in whichever thread it runs.
        self._typesetting = QTimer(self, singleShot=True, interval=0)
        self._typesetting.timeout.connect(self._show_formula)
        self.back, self.forward = self._button("chevron_left"), self._button("chevron_right")
        self._describe(self.back, ActionText(self.tr("Back"), self.tr("Shows the page before.")), "Alt+Left")
        self._describe(self.forward, ActionText(self.tr("Forward"), self.tr("Shows the page after.")), "Alt+Right")
        self.browser = QTextBrowser(self)
        self.browser.setOpenLinks(False)
        self.browser.setStyleSheet("QTextBrowser { border: none; background: transparent; }")
        self.browser.document().setDocumentMargin(SPACE_M)
        self.browser.setAccessibleName(self.tr("Help"))
        self._nothing = EmptyState(
            "help", self.tr("What an operation does stands here. Select a node and press F1."), self
        )
        bar = QHBoxLayout()
        bar.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, 0)
        bar.setSpacing(0)
        bar.addWidget(self.back)
        bar.addWidget(self.forward)
        bar.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.browser, 1)
        layout.addWidget(self._nothing, 1)
        self.back.clicked.connect(lambda: self._go(-1))
        self.forward.clicked.connect(lambda: self._go(1))
        self.browser.anchorClicked.connect(self._follow)
        ThemeManager.instance().changed.connect(self._show)
        document.node_renamed.connect(self._rename)
        document.edited.connect(self._follow_edit)
        document.replaced.connect(self._forget_node)
        self._show()

    @property
    def key(self) -> str:
        """The key of the entry that the page is about; "" for none."""
        return self._visited[self._place] if self._visited else ""

    def show_entry(self, key: str) -> None:
        """Shows the page of an entry, or of an operation that people cannot add, by its type."""
        self._visit(key, "")

    def show_node(self, name: str) -> None:
        """Shows the page of a node's operation, with what the node makes of it."""
        self._visit(self._document.operation(name).type, name)

    def _visit(self, key: str, node: str) -> None:
        if key != self.key:
            self._visited[self._place + 1 :] = [key]
            self._place = len(self._visited) - 1
        self._node = node
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """What changed while nobody looked."""
        super().showEvent(event)
        if self._node:
            self._show_in_place()

    def _go(self, step: int) -> None:
        self._place = min(max(self._place + step, 0), len(self._visited) - 1)
        self._node = ""
        self._show()

    def _follow(self, link: QUrl) -> None:
        text = link.toString()
        if text.startswith(LINK):
            self.show_entry(text.removeprefix(LINK))

    def _rename(self, old: str, new: str) -> None:
        if self._node == old:
            self._node = new

    def _follow_edit(self) -> None:
        if not self._node:
            return
        if self._node not in self._document.graph or self._document.operation(self._node).type != self.key:
            self._forget_node()
        elif self.isVisible():
            self._show_in_place()

    def _forget_node(self) -> None:
        """From now on the page is about the operation alone."""
        if self._node:
            self._node = ""
            self._show_in_place()

    def _show_in_place(self) -> None:
        bar = self.browser.verticalScrollBar()
        place = bar.value()
        self._show()
        bar.setValue(place)

    def _show(self) -> None:
        self.back.setEnabled(self._place > 0)
        self.forward.setEnabled(self._place < len(self._visited) - 1)
        self.browser.setVisible(bool(self.key))
        self._nothing.setVisible(not self.key)
        if not self.key:
            return
        self._formula = ""
        page = self.browser.document()
        page.setDefaultStyleSheet(style_sheet(current_theme()))
        node = self._document.operation(self._node) if self._node in self._document.graph else None
        entry = self._entries.get(self.key)
        declaration = entry.declaration if isinstance(entry, OperationEntry) else get_declaration(self.key)
        if node is not None:
            declaration = node.declaration
        if declaration is not None:
            self._begin_formula(declaration)
            self.browser.setHtml(operation_page(declaration, node))
        elif entry is not None:
            self.browser.setHtml(entry_page(entry))

    def _begin_formula(self, declaration: OpDeclaration) -> None:
        """Plain text until the typeset formula is there."""
        self._formula = declaration.formula
        plain = plain_formula(declaration.formula) or ""
        page = self.browser.document()
        page.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(FORMULA), _text_picture(plain, self))
        self._typesetting.start()

    def _show_formula(self) -> None:
        svg = typeset(self._formula, TEXT_HEADING)
        if not svg:
            return
        room = self.browser.viewport().width() - 2 * SPACE_M
        picture = _picture(svg, self.devicePixelRatio(), max(room, _LEAST_WIDTH))
        page = self.browser.document()
        page.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(FORMULA), picture)
        page.markContentsDirty(0, page.characterCount() - 1)
        self.browser.viewport().update()

    def _button(self, icon: str) -> QToolButton:
        button = QToolButton(self)
        bind_icon(button, icon)
        button.setFixedSize(TARGET_SIZE, TARGET_SIZE)
        button.setAutoRaise(True)
        return button

    @staticmethod
    def _describe(button: QToolButton, text: ActionText, shortcut: str) -> None:
        button.setShortcut(shortcut)
        button.setToolTip(f"<p><b>{text.name}</b>&nbsp;&nbsp;{shortcut}<br>{text.help}</p>")
        button.setAccessibleName(text.name)


def _picture(svg: str, ratio: float, room: int) -> QImage:
    """The picture of a formula in the text's colour, made smaller where it is wider than ``room``."""
    tinted = svg.replace("currentColor", current_theme().text.name())
    renderer = QSvgRenderer(QByteArray(tinted.encode()))
    size = QSizeF(renderer.defaultSize()) * min(1.0, room / max(renderer.defaultSize().width(), 1))
    image = QImage((size * ratio).toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter, QRectF(QPointF(), size))
    painter.end()
    return image


def _text_picture(text: str, widget: QWidget) -> QImage:
    ratio = widget.devicePixelRatio()
    metrics = widget.fontMetrics()
    size = metrics.size(0, text or " ")
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    painter = QPainter(image)
    painter.setFont(widget.font())
    painter.setPen(current_theme().text)
    painter.drawText(0, metrics.ascent(), text)
    painter.end()
    return image
