"""Several nodes in the inspector: what they are, and the attributes that all of them have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from editor.commands import SetAttributes
from editor.document import Document
from editor.panels.attribute_editor import AttributeEditor, editor_for
from editor.panels.section import Section, add_form_row, clear_layout, form_layout
from editor.panels.words import attribute_description, attribute_label
from editor.theme import SPACE_L, set_style
from engine.graph import Attribute, AttributeKind, Operation

#: So many operations are named; more are counted.
_MOST_TYPES = 6
#: So many nodes that did not take a value are named.
_MOST_REFUSALS = 3
#: More nodes are looked at only when no other selection follows within so many milliseconds.
_MANY = 200
_REST = 120


class SeveralInspector(QWidget):
    """Shows the nodes that :meth:`show_nodes` names; an edit is made to all of them, as one undo step."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.names: list[str] = []
        self.editors: dict[str, AttributeEditor] = {}
        #: What the editors are of, by identity: attributes hold arrays, which do not compare.
        self._shown: list[int] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_REST)
        self._timer.timeout.connect(self._look)
        self.heading = QLabel(self)
        set_style(self.heading, role="heading")
        self.kinds = QLabel(self)
        self.kinds.setWordWrap(True)
        set_style(self.kinds, role="muted")
        self.attributes = Section(self.tr("Attributes of all of them"), self)
        self.nothing = QLabel(self.tr("They have no attribute in common."), self)
        self.nothing.setWordWrap(True)
        set_style(self.nothing, role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_L)
        for widget in (self.heading, self.kinds, self.attributes, self.nothing):
            layout.addWidget(widget)
        layout.addStretch(1)

    def show_nodes(self, names: Sequence[str]) -> None:
        """Shows these nodes, which are at least two; what is being typed stays where they have the same attributes."""
        self.names = list(names)
        self.heading.setText(self.tr("{count} nodes").format(count=len(names)))
        self.refresh()

    def refresh(self) -> None:
        """Shows what they have in common now; of very many, once the selection has come to rest."""
        if len(self.names) > _MANY:
            self._timer.start()
        else:
            self._timer.stop()
            self._look()

    def _look(self) -> None:
        graph = self._document.graph
        if not all(name in graph for name in self.names):
            # They are about to be taken out of the selection.
            return
        ops = self._operations()
        self.kinds.setText(self._kinds(ops))
        common = common_attributes(ops)
        shown = [id(attribute) for attribute in common]
        if shown != self._shown:
            self._shown = shown
            self._make_editors(common)
        for name, editor in self.editors.items():
            if all(editor.attribute.same(ops[0].attributes[name], op.attributes[name]) for op in ops[1:]):
                editor.show_value(ops[0].attributes[name])
            else:
                editor.show_several()

    def _operations(self) -> list[Operation]:
        return [self._document.operation(name) for name in self.names]

    def _kinds(self, ops: Sequence[Operation]) -> str:
        counts = Counter(op.type for op in ops).most_common()
        shown = [f"{count} {op_type}" for op_type, count in counts[:_MOST_TYPES]]
        if len(counts) > _MOST_TYPES:
            rest = sum(count for _, count in counts[_MOST_TYPES:])
            shown.append(self.tr("{count} others").format(count=rest))
        return ", ".join(shown)

    def _make_editors(self, attributes: Sequence[Attribute]) -> None:
        clear_layout(self.attributes.body)
        self.editors = {}
        form_widget = QWidget(self)
        form = form_layout()
        form_widget.setLayout(form)
        for attribute in attributes:
            editor = editor_for(attribute, self)
            editor.offered.connect(lambda value, name=attribute.name: self._offer(name, value))
            add_form_row(form, attribute_label(attribute), editor, attribute_description(attribute))
            self.editors[attribute.name] = editor
        self.attributes.body.addWidget(form_widget)
        self.attributes.setVisible(bool(attributes))
        self.nothing.setVisible(not attributes)

    def _offer(self, name: str, value: Any) -> None:
        if not self._document.may_change:
            self.refresh()
            return
        command = SetAttributes(self._document, self.names, name, value)
        self._document.do(command)
        editor = self.editors[name]
        if not command.refusals:
            editor.refusal.say("")
            self.refresh()
            return
        shown = command.refusals[:_MOST_REFUSALS]
        rest = len(command.refusals) - len(shown)
        if rest:
            shown.append(self.tr("{count} more nodes keep their values, too.").format(count=rest))
        if len(command.refusals) < len(self.names):
            self.refresh()
            editor.refusal.say("\n".join(shown))
        else:
            editor.refuse("\n".join(shown))


def common_attributes(ops: Sequence[Operation]) -> list[Attribute]:
    """The attributes that all operations have, in the first one's order: same name, kind and choices."""
    declarations = {op.type: op.declaration for op in ops}
    first, *others = declarations.values()
    return [
        attribute
        for attribute in first.attributes
        if attribute.kind is not AttributeKind.GRAPH
        and all(_is_like(attribute, other.attribute(attribute.name)) for other in others)
    ]


def _is_like(attribute: Attribute, other: Attribute | None) -> bool:
    return other is not None and (attribute.kind, attribute.optional, attribute.choices) == (
        other.kind,
        other.optional,
        other.choices,
    )
