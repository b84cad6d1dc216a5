"""The figures of a tensor in a column."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from editor.tensor_text import figures_of, shape_text
from editor.theme import SPACE_M, SPACE_S, SPACE_XS, set_style
from engine.debugger.tensors.statistics import TensorStatistics

_WIDTH = 184
#: As many as :func:`figures_of` gives at most.
_ROWS = 7


class TensorFigures(QWidget):
    """Names at the left, digits at the right; what should not be there is an error."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = QLabel(self)
        self.spec.setWordWrap(True)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_S)
        grid.setVerticalSpacing(SPACE_XS)
        grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        for row in range(_ROWS):
            name, text = QLabel(self), QLabel(self)
            set_style(name, role="muted")
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, row, 0)
            grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignRight)
            self._rows.append((name, text))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.spec)
        layout.addLayout(grid)
        layout.addStretch(1)
        self.setFixedWidth(_WIDTH)

    def show_figures(self, statistics: TensorStatistics | None) -> None:
        """Shows them; nothing for None."""
        self.spec.setText("" if statistics is None else f"{shape_text(statistics.shape)} {statistics.dtype}")
        figures = [] if statistics is None else figures_of(statistics)
        for place, (name, text) in enumerate(self._rows):
            figure = figures[place] if place < len(figures) else None
            name.setText("" if figure is None else figure.name)
            text.setText("" if figure is None else figure.text)
            role = "error" if figure is not None and figure.is_bad else ""
            if text.property("role") != role:
                set_style(text, role=role)

    def texts(self) -> dict[str, str]:
        """What is shown, by name."""
        return {name.text(): text.text() for name, text in self._rows if name.text()}
