"""The parameters of an instance of a reusable block, each with its editor."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from editor.commands import SetBlockParameter
from editor.document import Document
from editor.panels.attribute_editor import AttributeEditor, editor_for
from editor.panels.section import Section, add_form_row, form_layout
from editor.panels.words import english_label
from editor.theme import set_style
from engine.blocks.definition import Definition


class BlockParameters(Section):
    """What the block called :attr:`name` is an instance of, what that is for, and its own parameters."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._document = document
        self.name = name
        self.description = QLabel(self)
        self.description.setWordWrap(True)
        self.description.setTextFormat(Qt.TextFormat.PlainText)
        set_style(self.description, role="muted")
        self.editors: dict[str, AttributeEditor] = {}
        self._shown: Definition | None = None
        self._form = form_layout()
        self.body.addWidget(self.description)
        self.body.addLayout(self._form)
        self.refresh()

    def refresh(self) -> None:
        """Shows the instance as it is now; nothing of a scope that is none."""
        model = self._document.model
        instance = model.instances.get(self.name)
        self.setVisible(instance is not None)
        if instance is None:
            return
        definition = model.definitions[instance.definition]
        self.heading.setText(instance.definition)
        self.description.setText(definition.description)
        self.description.setVisible(bool(definition.description))
        if self._shown is None or self._shown.parameters != definition.parameters:
            self._fill(definition)
        self._shown = definition
        for parameter in definition.parameters:
            attribute = parameter.attribute
            self.editors[parameter.name].show_value(attribute.from_json(instance.value_of(parameter)))

    def _fill(self, definition: Definition) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self.editors.clear()
        for parameter in definition.parameters:
            editor = editor_for(parameter.attribute, self)
            editor.offered.connect(partial(self._offer, parameter.name))
            add_form_row(self._form, english_label(parameter.attribute), editor, parameter.description)
            self.editors[parameter.name] = editor

    def _offer(self, name: str, value: Any) -> None:
        editor = self.editors[name]
        verdict = self._document.attempt(lambda: SetBlockParameter(self._document, self.name, name, value))
        if verdict:
            editor.refusal.say("")
            self.refresh()
        else:
            editor.refuse(verdict.reason)
