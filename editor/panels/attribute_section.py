"""A node's attributes, each with its editor."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from editor.document import Document
from editor.panels.attribute_editor import AttributeEditor, editor_for
from editor.panels.section import Section, add_form_row, form_layout
from editor.panels.words import attribute_description, attribute_label
from engine.graph import AttributeKind


class AttributeSection(Section):
    """Sends what is offered to the document and shows its answer."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.heading.setText(self.tr("Attributes"))
        self._document = document
        self.name = name
        self.editors: dict[str, AttributeEditor] = {}
        form = form_layout()
        for attribute in document.operation(name).declaration.attributes:
            if attribute.kind is AttributeKind.GRAPH:
                continue
            editor = editor_for(attribute, self)
            editor.offered.connect(lambda value, name=attribute.name: self._offer(name, value))
            add_form_row(form, attribute_label(attribute), editor, attribute_description(attribute))
            self.editors[attribute.name] = editor
        self.body.addLayout(form)
        self.refresh()

    def refresh(self) -> None:
        """Shows the values as they are now; a wired port takes its attribute's place."""
        op = self._document.operation(self.name)
        wired = {
            port.attribute: source.op.name
            for port in op.declaration.inputs
            if port.attribute is not None
            for source in op.inputs_of(port.name)
        }
        for name, editor in self.editors.items():
            editor.show_value(op.attributes[name])
            editor.setEnabled(name not in wired)
            editor.setToolTip(
                self.tr("The value comes from {node}, which is wired to it.").format(node=wired[name])
                if name in wired
                else attribute_description(editor.attribute)
            )

    def _offer(self, name: str, value: Any) -> None:
        editor = self.editors[name]
        verdict = self._document.set_attribute(self.name, name, value)
        if verdict:
            editor.refusal.say("")
            # In the document's spelling, also where it was the same value in other words.
            editor.show_value(self._document.operation(self.name).attributes[name])
        else:
            editor.refuse(verdict.reason)
