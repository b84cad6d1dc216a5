"""A part of a panel under a small heading."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from editor.theme import SPACE_S, set_style

_LABEL_WIDTH = 96


class Section(QWidget):
    """A heading and, under it, whatever is put into :attr:`body`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel(title, self)
        set_style(self.heading, role="section")
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(SPACE_S)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.heading)
        layout.addLayout(self.body)


def form_layout() -> QFormLayout:
    """Labels at the left, fields at the right; a field moves under its label where the panel is narrow."""
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(SPACE_S)
    form.setVerticalSpacing(SPACE_S)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def add_form_row(form: QFormLayout, text: str, field: QWidget, tooltip: str = "") -> QLabel:
    """Adds a labelled field; the label is its buddy and has the same tooltip."""
    label = QLabel(text)
    label.setMinimumWidth(_LABEL_WIDTH)
    # In the middle of the field's first line, also while a refusal stands under it.
    label.setMinimumHeight(28)
    label.setBuddy(field)
    label.setToolTip(tooltip)
    if tooltip:
        field.setToolTip(tooltip)
    if not field.accessibleName():
        field.setAccessibleName(text)
    form.addRow(label, field)
    return label
