"""How far a layout is, in the status bar, with a button that gives it up."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from editor.theme import SPACE_S, set_style

_BAR_WIDTH = 120
_STEPS = 100


class LayoutProgress(QWidget):
    """Hidden unless a layout is being worked out."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        row.setSpacing(SPACE_S)
        self.label = QLabel(self)
        set_style(self.label, role="muted")
        self.bar = QProgressBar(self)
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR_WIDTH)
        self.bar.setAccessibleName(self.tr("How far the layout is"))
        self.cancel = QToolButton(self)
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Gives the layout up; Esc on the canvas does it too."))
        self.cancel.clicked.connect(self.cancel_wanted)
        for widget in (self.label, self.bar, self.cancel):
            row.addWidget(widget)
        self.hide()

    def begin(self, count: int) -> None:
        """Shows that so many nodes are laid out."""
        self.label.setText(self.tr("Laying out {count} nodes…").format(count=f"{count:,}"))
        self.bar.setValue(0)
        self.show()

    def show_share(self, share: float) -> None:
        self.bar.setValue(round(share * _STEPS))
