"""A part of a panel under a small heading."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLayout, QVBoxLayout, QWidget

from editor.panels.fields import guard_from_wheel
from editor.theme import CONTROL_HEIGHT, SPACE_S, set_style

_LABEL_WIDTH = 88


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
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def clear_layout(layout: QLayout) -> None:
    """Takes everything out of a layout and deletes the widgets among it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            # Until it is deleted, in the next turn of the event loop, it would still be seen.
            widget.hide()
            widget.deleteLater()


def replace_widget(layout: QLayout, old: QWidget, new: QWidget) -> None:
    """Puts a widget in the place of another one, which is deleted."""
    layout.replaceWidget(old, new)
    old.hide()
    old.deleteLater()
    new.show()


def narrow_combo(combo: QComboBox) -> None:
    """Lets a combo box shrink with its panel instead of being as wide as its longest entry, and scroll with it."""
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    guard_from_wheel(combo)


def add_form_row(form: QFormLayout, text: str, field: QWidget, tooltip: str = "") -> QLabel:
    """Adds a labelled field; the label is its buddy and has the same tooltip."""
    label = QLabel(text)
    label.setMinimumWidth(_LABEL_WIDTH)
    # In the middle of the field's first line, also while a refusal stands under it.
    label.setFixedHeight(CONTROL_HEIGHT)
    label.setBuddy(field)
    label.setToolTip(tooltip)
    if tooltip:
        field.setToolTip(tooltip)
    if not field.accessibleName():
        field.setAccessibleName(text)
    form.addRow(label, field)
    return label
