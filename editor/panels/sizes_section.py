"""The named sizes of a node's shape: their names, what they are, and where they occur."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from editor.commands import RenameSize
from editor.commands.sizes import places_of
from editor.document import Document
from editor.panels.fields import LineField
from editor.panels.section import Section, add_form_row, form_layout, replace_widget
from editor.sizes import NamedSize, value_text
from editor.theme import SPACE_M, set_style
from engine.graph import EngineError

#: More nodes than these are counted, not named.
_NAMED_NODES = 6


class SizesSection(Section):
    """One part for each named size; hidden where there is none. Another name is one undo step."""

    node_wanted = Signal(str)
    """The name of a node that the person wants to see."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.heading.setText(self.tr("Sizes"))
        self._document = document
        self.name = name
        #: By the name that is written.
        self.fields: dict[str, LineField] = {}
        self.texts: dict[str, QLabel] = {}
        self._shown: list[tuple[NamedSize, list[str]]] | None = None
        self._rows = QWidget(self)
        self.body.addWidget(self._rows)
        self.refresh()

    def refresh(self) -> None:
        """Shows the sizes as they were solved last."""
        sizes: dict[str, NamedSize] = {}
        for tensor in self._document.operation(self.name).outputs:
            sizes |= {size.symbol: size for size in self._document.sizes.of(tensor)}
        shown = [(size, self._document.sizes.occurrences(size.symbol)) for size in sizes.values()]
        if shown == self._shown:
            return
        self._shown = shown
        self.fields.clear()
        self.texts.clear()
        rows = QWidget(self)
        layout = QVBoxLayout(rows)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        for size, nodes in shown:
            layout.addWidget(self._part(size, nodes))
        replace_widget(self.body, self._rows, rows)
        self._rows = rows
        self.setVisible(bool(shown))

    def _part(self, size: NamedSize, nodes: list[str]) -> QWidget:
        part = QWidget(self)
        form = form_layout()
        part.setLayout(form)
        if any(places_of(self._document.graph, size.symbol)):
            field = LineField(part)
            field.show_value(size.name)
            field.committed.connect(lambda text: self._rename(size, field, text))
            tooltip = self.tr("The name of this size in the shapes of all placeholders that have it; empty for none.")
            add_form_row(form, self.tr("Name"), field, tooltip)
            self.fields[size.name] = field
        else:
            add_form_row(form, self.tr("Name"), _line(size.name), self.tr("An operation gives this size."))
        text = _line(value_text(size), size.data is None and not size.value)
        add_form_row(form, self.tr("Size"), text, self.tr("What it is in the data, or what it follows from."))
        self.texts[size.name] = text
        if nodes:
            links = _line(self._links(nodes))
            links.setTextFormat(Qt.TextFormat.RichText)
            links.setTextInteractionFlags(
                Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            )
            links.linkActivated.connect(self.node_wanted)
            add_form_row(form, self.tr("Occurs in"), links)
        return part

    def _links(self, nodes: list[str]) -> str:
        links = [f'<a href="{escape(name)}">{escape(name)}</a>' for name in nodes[:_NAMED_NODES]]
        text = ", ".join(links)
        left = len(nodes) - len(links)
        return self.tr("{nodes} and {count} more").format(nodes=text, count=left) if left > 0 else text

    def _rename(self, size: NamedSize, field: LineField, text: str) -> None:
        try:
            self._document.do(RenameSize(self._document, size.symbol, size.name, text.strip()))
        except EngineError as error:
            field.refuse(str(error))


def _line(text: str, is_muted: bool = False) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    # Long names do not widen the panel.
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if is_muted:
        set_style(label, role="muted")
    return label
