"""One editor for each kind of attribute."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from editor.panels.elided_label import ElidedLabel
from editor.panels.fields import LineField, RefusalLabel, Stepper, step_float, step_int
from editor.panels.figures import array_text, attribute_text
from editor.panels.section import narrow_combo
from editor.panels.words import attribute_description, attribute_label
from editor.theme import SPACE_S, SPACE_XS
from engine.graph import DTYPES, Attribute, AttributeKind

#: Larger arrays are not typed but read from a file.
_LARGEST_TYPED_ARRAY = 64


class AttributeEditor(QWidget):
    """Shows an attribute's value and offers another one; the document decides."""

    offered = Signal(object)
    """A value the person wants, as text or as the attribute's own type."""

    def __init__(self, attribute: Attribute, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.attribute = attribute
        self.refusal = RefusalLabel(self)
        self.setToolTip(attribute_description(attribute))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_XS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def _put(self, editor: QWidget) -> None:
        editor.setAccessibleName(attribute_label(self.attribute))
        editor.setAccessibleDescription(attribute_description(self.attribute))
        self._layout.addWidget(editor)
        self._layout.addWidget(self.refusal)
        self.setFocusProxy(editor)

    def show_value(self, value: Any) -> None:
        """Shows what the document holds."""
        raise NotImplementedError

    def show_several(self) -> None:
        """Shows that several nodes have different values."""
        raise NotImplementedError

    def refuse(self, sentence: str) -> None:
        """Says why the value that was offered was not taken."""
        self.refusal.say(sentence)


class LineEditor(AttributeEditor):
    """Numbers, texts, shapes, axes and small arrays, as text."""

    _STEPPERS: ClassVar[dict[AttributeKind, Stepper]] = {AttributeKind.INT: step_int, AttributeKind.FLOAT: step_float}

    def __init__(self, attribute: Attribute, parent: QWidget | None = None) -> None:
        super().__init__(attribute, parent)
        self.field = LineField(self, self._STEPPERS.get(attribute.kind))
        self.field.edit.setAccessibleName(attribute_label(attribute))
        self.field.edit.setPlaceholderText(self._placeholder())
        self._put(self.field)
        self.field.committed.connect(lambda text: self.offered.emit(text))

    def show_value(self, value: Any) -> None:
        self.field.edit.setPlaceholderText(self._placeholder())
        self.field.show_value(attribute_text(self.attribute.kind, value))

    def show_several(self) -> None:
        self.field.edit.setPlaceholderText(self.tr("several values"))
        self.field.show_value("")

    def refuse(self, sentence: str) -> None:
        self.field.refuse(sentence)

    def _placeholder(self) -> str:
        if self.attribute.kind is AttributeKind.AXES:
            return self.tr("all axes") if self.attribute.optional else "0"
        if self.attribute.kind is AttributeKind.SHAPE:
            return "[B, 3]" if self.attribute.takes_names else "[?, 3]"
        return self.tr("none") if self.attribute.optional else ""


class ArrayEditor(LineEditor):
    """An array as text; one that is too large to type, as its shape and norm."""

    def __init__(self, attribute: Attribute, parent: QWidget | None = None) -> None:
        super().__init__(attribute, parent)
        self.summary = QWidget(self)
        self._summary_text = ElidedLabel("", Qt.TextElideMode.ElideRight, self.summary)
        edit = QPushButton(self.tr("Edit…"), self.summary)
        edit.setEnabled(False)
        edit.setToolTip(
            self.tr("An array of more than {count} numbers cannot be typed in.").format(count=_LARGEST_TYPED_ARRAY)
        )
        row = QHBoxLayout(self.summary)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._summary_text, 1)
        row.addWidget(edit)
        self._layout.addWidget(self.summary)
        self.summary.hide()

    def show_value(self, value: Any) -> None:
        too_large = value is not None and value.size > _LARGEST_TYPED_ARRAY
        self.field.setHidden(too_large)
        self.summary.setVisible(too_large)
        if too_large:
            self._summary_text.set_text(array_text(value))
        else:
            super().show_value(value)

    def show_several(self) -> None:
        self.field.show()
        self.summary.hide()
        super().show_several()


class CheckEditor(AttributeEditor):
    """True or false."""

    def __init__(self, attribute: Attribute, parent: QWidget | None = None) -> None:
        super().__init__(attribute, parent)
        self.box = QCheckBox(self)
        self._put(self.box)
        self.box.clicked.connect(lambda checked: self.offered.emit(checked))

    def show_value(self, value: Any) -> None:
        self.box.setTristate(False)
        self.box.setChecked(bool(value))

    def show_several(self) -> None:
        self.box.setCheckState(Qt.CheckState.PartiallyChecked)


class ChoiceEditor(AttributeEditor):
    """One of a few: a choice or a dtype."""

    def __init__(self, attribute: Attribute, parent: QWidget | None = None) -> None:
        super().__init__(attribute, parent)
        self.combo = QComboBox(self)
        narrow_combo(self.combo)
        if attribute.optional:
            self.combo.addItem(self.tr("Automatic"), None)
        choices = attribute.choices or tuple(dtype.name for dtype in DTYPES)
        for choice in choices:
            self.combo.addItem(choice, choice)
        self._put(self.combo)
        self.combo.activated.connect(lambda row: self.offered.emit(self.combo.itemData(row)))

    def show_value(self, value: Any) -> None:
        self.combo.setCurrentIndex(self.combo.findData(attribute_text(self.attribute.kind, value) or None))

    def show_several(self) -> None:
        self.combo.setPlaceholderText(self.tr("several values"))
        self.combo.setCurrentIndex(-1)


def editor_for(attribute: Attribute, parent: QWidget) -> AttributeEditor:
    """The editor that suits the kind of an attribute."""
    if attribute.kind is AttributeKind.BOOL and not attribute.optional:
        return CheckEditor(attribute, parent)
    if attribute.kind in (AttributeKind.CHOICE, AttributeKind.DTYPE):
        return ChoiceEditor(attribute, parent)
    if attribute.kind is AttributeKind.ARRAY:
        return ArrayEditor(attribute, parent)
    return LineEditor(attribute, parent)
