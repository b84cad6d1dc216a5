"""The line above a tensor: its name, value or gradient, which plane, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QToolButton, QWidget

from editor.panels.elided_label import ElidedLabel
from editor.panels.section import clear_layout
from editor.tensor_text import kind_text
from editor.theme import SPACE_M, SPACE_S, SPACE_XS, set_style
from engine.debugger.tensors.tensor_name import Kind

_NAME_WIDTH = 168


class TensorTools(QWidget):
    """Asks nothing itself; what the person chooses is told by signals."""

    kind_chosen = Signal(object)
    leading_chosen = Signal(tuple)
    """The indices of the axes before the last two."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel("", Qt.TextElideMode.ElideMiddle, self)
        self.name.setFixedWidth(_NAME_WIDTH)
        self.name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        bold = self.name.font()
        bold.setBold(True)
        self.name.setFont(bold)
        self.kinds = QButtonGroup(self)
        self.buttons: dict[Kind, QToolButton] = {}
        self.state = ElidedLabel("", Qt.TextElideMode.ElideRight, self)
        set_style(self.state, role="muted")
        self.spins: list[QSpinBox] = []
        self._shape: tuple[int, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_XS)
        row.addWidget(self.name)
        tips = {
            Kind.VALUE: self.tr("Value: what was computed forwards"),
            Kind.GRADIENT: self.tr("Gradient: how the loss changes with each element"),
        }
        for kind, tip in tips.items():
            button = QToolButton(self)
            button.setText(kind_text(kind))
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            set_style(button, framed=True)
            button.clicked.connect(lambda _=False, chosen=kind: self.kind_chosen.emit(chosen))
            self.kinds.addButton(button)
            self.buttons[kind] = button
            row.addWidget(button)
        row.addSpacing(SPACE_S)
        self._plane = QHBoxLayout()
        self._plane.setSpacing(SPACE_XS)
        row.addLayout(self._plane)
        row.addSpacing(SPACE_S)
        row.addWidget(self.state, 1)
        self._row = row
        for action in actions:
            self.add_action(action)

    def add_action(self, action: QAction) -> None:
        """Adds a button at the right."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAccessibleName(action.iconText())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if action.menu() is not None:
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._row.addWidget(button)

    def show_kind(self, kind: Kind) -> None:
        self.buttons[kind].setChecked(True)

    def show_shape(self, shape: tuple[int, ...]) -> None:
        """Offers a field for each axis before the last two."""
        if shape[:-2] == self._shape[:-2] and len(shape) == len(self._shape):
            return
        self._shape = shape
        clear_layout(self._plane)
        self.spins = []
        for axis, size in enumerate(shape[:-2]):
            spin = QSpinBox(self)
            spin.setRange(0, max(size - 1, 0))
            spin.setWrapping(True)
            spin.setAccessibleName(self.tr("Index of axis {axis}").format(axis=axis))
            spin.setToolTip(self.tr("Index of axis {axis}: which plane is shown").format(axis=axis))
            spin.valueChanged.connect(self._tell_leading)
            self.spins.append(spin)
            self._plane.addWidget(spin)
        if self.spins:
            label = QLabel(", :, :", self)
            set_style(label, role="muted")
            self._plane.addWidget(label)
        self._tell_leading()

    @property
    def leading(self) -> tuple[int, ...]:
        return tuple(spin.value() for spin in self.spins)

    def _tell_leading(self) -> None:
        self.leading_chosen.emit(self.leading)
