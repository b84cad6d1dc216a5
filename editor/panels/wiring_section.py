"""What is wired to a node, what comes out of it, and its value."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFormLayout, QLabel, QPlainTextEdit, QSizePolicy, QWidget

from editor.document import Document
from editor.panels.figures import Array, array_rows, spec_of, spec_text, tensor_text
from editor.panels.section import Section, form_layout, replace_widget
from editor.theme import TEXT_BODY, set_style
from engine.graph import InputPort, Operation, Tensor

_MOST_LINES = 8


class WiringSection(Section):
    """Each input port with what is wired to it; the specs of the outputs."""

    def __init__(self, document: Document, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._document = document
        self.name = name
        self._rows = QWidget(self)
        self.body.addWidget(self._rows)
        self.refresh()

    def refresh(self) -> None:
        """Shows the wires and shapes as they are now."""
        op = self._document.operation(self.name)
        rows = QWidget(self)
        form = form_layout()
        rows.setLayout(form)
        for port in op.declaration.inputs:
            self._add_port(form, op, port)
        for tensor in op.outputs:
            name = tensor.port if len(op.outputs) > 1 else self.tr("output")
            self._add_row(form, name, tensor_text(tensor))
        for step in op.control_inputs:
            self._add_row(form, self.tr("after"), step.name)
        replace_widget(self.body, self._rows, rows)
        self._rows = rows
        has_inputs = form.rowCount() > len(op.outputs)
        if has_inputs and op.outputs:
            self.heading.setText(self.tr("Inputs and output"))
        else:
            self.heading.setText(self.tr("Inputs") if has_inputs else self.tr("Output"))
        self.setVisible(form.rowCount() > 0)

    def _add_port(self, form: QFormLayout, op: Operation, port: InputPort) -> None:
        sources = op.inputs_of(port.name)
        if not sources:
            if port.for_programs:
                return
            if port.attribute is not None:
                self._add_row(form, port.name, self.tr("from the attribute"), role="muted")
            elif port.optional:
                self._add_row(form, port.name, self.tr("nothing (optional)"), role="muted")
            else:
                self._add_row(form, port.name, self.tr("nothing yet"), role="error")
        for source in sources:
            spec = f"   {tensor_text(source)}" if isinstance(source, Tensor) else ""
            self._add_row(form, port.name, f"{source.op.name}{spec}")

    def _add_row(self, form: QFormLayout, port: str, text: str, role: str = "") -> None:
        label = QLabel(port, self)
        set_style(label, role="muted")
        label.setMinimumWidth(88)
        value = QLabel(text, self)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setWordWrap(True)
        value.setAccessibleName(port)
        # Long names do not widen the panel.
        value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if role:
            set_style(value, role=role)
        form.addRow(label, value)


class ValueSection(Section):
    """A value with all its digits under a heading that says its shape."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._title = title
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(title)
        self.text.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        # Columns of a matrix stand under each other only where spaces are as wide as digits.
        figures = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        figures.setPixelSize(TEXT_BODY)
        self.text.setFont(figures)
        self.body.addWidget(self.text)
        self.hide()

    def show_value(self, array: Array | None) -> None:
        """Shows an array; hides the section when there is none."""
        self.setVisible(array is not None)
        if array is None:
            return
        text = array_rows(array)
        if text == self.text.toPlainText():
            return
        self.text.setPlainText(text)
        lines = min(text.count("\n") + 1, _MOST_LINES)
        metrics = self.text.fontMetrics()
        widest = max(metrics.horizontalAdvance(line) for line in text.split("\n", _MOST_LINES)[:_MOST_LINES])
        bar = 12 if widest > self.text.viewport().width() - 12 else 0
        self.text.setFixedHeight(lines * metrics.lineSpacing() + 20 + bar)
        self.heading.setText(f"{self._title}  {spec_text(spec_of(array))}")
