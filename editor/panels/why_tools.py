"""What is asked about: the way here, the index of the element, whether its value or its gradient."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from editor.panels.fields import CommitLineEdit
from editor.theme import SPACE_L, SPACE_S, SPACE_XS, ThemeManager
from engine.debugger.explanations import Element, Kind

_INDEX_WIDTH = 96


class WhyTools(QWidget):
    """The row above a reason."""

    index_wanted = Signal(tuple)
    """The element of the same tensor that the person asks about next."""
    index_refused = Signal(str)
    """Why what was typed is no index; "" when it is taken back."""
    kind_wanted = Signal(object)
    """The Kind that is asked for, of the same element."""
    place_wanted = Signal(int)
    """The place on the way here that the person wants to go back to."""

    def __init__(self, back: QAction, forward: QAction, copy: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape: tuple[int, ...] = ()
        self.trail = QLabel(self)
        self.trail.setTextFormat(Qt.TextFormat.RichText)
        self.trail.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.trail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.trail.setAccessibleName(self.tr("The way here"))
        self.trail.linkActivated.connect(lambda place: self.place_wanted.emit(int(place)))
        self.index = CommitLineEdit(self)
        self.index.setFixedWidth(_INDEX_WIDTH)
        self.index.setAccessibleName(self.tr("Element"))
        self.index.setToolTip(self.tr("Which element: its index along each axis, such as 0, 2."))
        self.index.committed.connect(self._want_index)
        self.index.restored.connect(lambda: self.index_refused.emit(""))
        self.value = self._kind_button(Kind.VALUE, self.tr("Value"), self.tr("Asks why the element has its value."))
        self.gradient = self._kind_button(
            Kind.GRADIENT,
            self.tr("Gradient"),
            self.tr("Asks why the gradient of the loss to the element is what it is."),
        )
        kinds = QButtonGroup(self)
        kinds.addButton(self.value)
        kinds.addButton(self.gradient)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_XS)
        row.addWidget(self._button(back))
        row.addWidget(self._button(forward))
        row.addSpacing(SPACE_S)
        row.addWidget(self.trail, 1)
        row.addWidget(self.index)
        row.addSpacing(SPACE_S)
        row.addWidget(self.value)
        row.addWidget(self.gradient)
        row.addSpacing(SPACE_L)
        row.addWidget(self._button(copy))
        ThemeManager.instance().changed.connect(self._follow_theme)

    def _follow_theme(self) -> None:
        tint_links(self.trail)

    def _kind_button(self, kind: Kind, text: str, help_text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(help_text)
        button.clicked.connect(lambda: self.kind_wanted.emit(kind))
        return button

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAccessibleName(action.iconText())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def show_element(self, element: Element, shape: tuple[int, ...]) -> None:
        """Shows which element of a tensor of this shape is asked about."""
        self._shape = shape
        self.index.setEnabled(bool(shape))
        self.index.show_value(", ".join(map(str, element.index)))
        for button in (self.value, self.gradient):
            button.setEnabled(True)
        (self.gradient if element.kind is Kind.GRADIENT else self.value).setChecked(True)

    def show_nothing(self) -> None:
        """Shows that no element is asked about."""
        self.index.show_value("")
        for widget in (self.index, self.value, self.gradient):
            widget.setEnabled(False)

    def show_trail(self, labels: list[str], place: int) -> None:
        """The way here: the elements that were asked about, those before and behind as links."""
        first = max(0, place - 2)
        parts = [
            f"<b>{_escaped(label)}</b>" if number == place else f'<a href="{number}">{_escaped(label)}</a>'
            for number, label in enumerate(labels)
            if first <= number <= place + 1
        ]
        self.trail.setText(("… › " if first else "") + "&nbsp; › &nbsp;".join(parts))

    def _want_index(self, text: str) -> None:
        index = tuple(int(number) for number in re.findall(r"-?\d+", text))
        shape = self._shape
        if len(index) != len(shape) or any(not 0 <= i < size for i, size in zip(index, shape, strict=True)):
            self.index.refuse()
            sentence = self.tr("Its shape is {shape}: give an index for each axis, separated by commas.")
            self.index_refused.emit(sentence.format(shape=list(shape)))
        else:
            self.index_wanted.emit(index)


def tint_links(label: QLabel) -> None:
    """Gives a label's links the colour of the theme: it keeps the old one until its text is set again."""
    text = label.text()
    label.clear()
    label.setText(text)


def _escaped(label: str) -> str:
    return label.replace("&", "&amp;").replace("<", "&lt;")
